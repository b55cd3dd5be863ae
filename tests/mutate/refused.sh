# shellcheck shell=bash disable=SC2016
# More single changes, as in mutations.sh: of one value to another that open(2), mount(2) and
# the like refuse, or that contradicts what another image says of the same thing.

# ---- texts ----
m image-text rich 'one core-2375.img ".tc.comm = \"a\\u0000b\""'
m image-text tun_ns_ns 'edit mountpoints-14.img "map(if .mountpoint == \"/proc\" then .options = \"a\\u0000\" else . end)"'
m image-text old-v1.3-m31 'edit reg-files.img ".[0].name |= . + \"\\u0000x\""'

# ---- tasks ----
m tree-pid rich 'edit pstree.img ".[0].threads += [4194304]" && cp core-2375.img core-4194304.img &&
	one core-4194304.img "del(.tc) | .thread_core.blk_sigset = 0"'
m tree-session bashpipe 'edit pstree.img "map(if .pid == 10147 then .pgid = 4194304 else . end)"'
m core-state rich 'one core-2379.img ".tc.task_state = 6"'
m core-state rich 'one core-2378.img ".tc |= (.task_state = 3 | .stop_signo = 9)"'
m core-signals? rich 'one core-2375.img ".tc.sigactions[3].mask = 256"'
m core-creds rich 'one core-2375.img ".thread_core.creds.fsgid = 4294967295"'
m core-pointers rich 'one core-2375.img ".tc.sigactions[0] = {sigaction: 140087472393680, flags: 67108864, restorer: 4096, mask: 0}"'
m core-pointers rich 'one core-2375.img ".thread_core.rseq_entry.rseq_cs_pointer = 4096"'
m mm-auxv? rich 'one mm-2375.img ".mm_saved_auxv |= (index(6) as \$i | .[\$i + 1] = 16384)"'

# ---- open files ----
m file-reg rich 'file REG 122 ".reg.flags = 65536"'
m file-reg rich 'file REG 122 ".reg.flags = 514"'
m file-reg rich 'file REG 126 ".reg |= (.mode = 41471 | .flags = 0)"' # and not O_PATH
m file-reg bashpipe 'edit files.img "(first(.[] | select(.reg.mode // 0 | . / 4096 | floor == 4)) | .reg.flags) = 1"'
m file-reg? rich 'file REG 122 ".reg.name = \"/tmp/../gone\""'
m file-reg? rich 'file REG 122 ".reg.ext = true"'
m lock-fd? rich 'edit filelocks.img "map(.flag = 2 | .type = 99)"'
m watch-values rich 'file FANOTIFY 108 ".ffy.faflags = 65536"'
m watch-values rich 'file FANOTIFY 108 ".ffy.faflags = 12"'
m watch-values rich 'file FANOTIFY 108 ".ffy.evflags = 268435456"'

# ---- mounts ----
m mount-values? tun_ns_ns 'edit mountpoints-14.img "map(if .mountpoint == \"/proc\" then .flags = 67108864 else . end)"'
m mount-values? tun_ns_ns 'edit mountpoints-14.img "map(if .mountpoint == \"/proc\" then .root_dev = 0 else . end)"'
m mount-values tun_ns_ns 'edit mountpoints-14.img "map(if .mountpoint == \"/dev\" then .ext_key = \"\" else . end)"'
m mount-values tun_ns_ns 'edit mountpoints-14.img "map(if .mountpoint == \"/proc\" then .fstype = 16 else . end)"'
m mount-values? tun_ns_ns 'edit mountpoints-14.img "map(if .mountpoint == \"/proc\" then .mountpoint = \"/./proc\" else . end)"'
m mount-values? tun_ns_ns 'edit mountpoints-14.img "(map(select(.mountpoint == \"/run\"))[0]) as \$run |
	map(if .mountpoint == \"/proc\" then .root_dev = \$run.root_dev else . end)"'
m mount-group? tun_ns_ns 'edit mountpoints-14.img "map(if .mountpoint == \"/proc\" then .flags += 1048576 else . end)"'
m mount-group tun_ns_ns 'edit mountpoints-14.img "map(if .mountpoint == \"/proc\" then .master_id = 7 else . end)"'
m file-below tun_ns_ns 'edit files.img "(first(.[] | select(.reg.name // \"\" | startswith(\"/zdtm/\"))) | .reg.mnt_id) = 146"'
# Task 5 is in another namespace, the mounts of which have other numbers than its files name.
m mount-root tun_ns_ns 'cp mountpoints-14.img mountpoints-16.img && one ids-5.img ".mnt_ns_id = 16" &&
	edit mountpoints-16.img "map(.mnt_id += 1000 | .parent_mnt_id += 1000)"'
m autofs autofs_ns 'one autofs-60.img ".mode = 1"'
m autofs autofs_ns 'one autofs-60.img ".mode = 7"'
m autofs autofs_ns 'one autofs-60.img ".timeout = 5"'
m autofs autofs_ns 'swap autofs-60.img autofs-61.img'

# ---- pipes, descriptors ----
m fifo-data fifo_wronly_ns 'edit files.img "(first(.[] | select(.type == \"FIFO\")) | .fifo.pipe_id) = 77"'
m ghost-file rich 'one ghost-file-1.img ".mode = 4516"' # a FIFO
m remap-target rich 'edit remap-fpath.img "map(if .orig_id == 124 then .remap_id = 124 else . end)"'
m pidfd-task rich 'edit files.img ". + [.[] | select(.type == \"PIDFD\") | .id = 129 | .pidfd |= (.id = 129 | .nspid = -1)]" &&
	edit fdinfo-2.img ". + [{id: 129, flags: 0, type: \"PIDFD\", fd: 129}]"'
m epoll-fd rich 'file EVENTPOLL 103 ".epfd.tfd[0].inode = 1001"'
m file-proc tun_ns_ns 'edit files.img "(first(.[] | select(.reg.name // \"\" | startswith(\"/zdtm/\"))) | .reg |
	(.name, .mnt_id)) |= (if type == \"string\" then \"/proc/4/maps\" else 145 end)"'

m build-id rich 'file REG 122 ".reg.build_id = [1, 2, 3, 4, 5]" && file REG 123 ".reg |= (.name = \"/tmp/gone\" | .build_id = [1, 2, 3, 4])" &&
	edit remap-fpath.img "map(select(.orig_id > 123))" && rm ghost-file-*.img'
m lock-image rich 'cp filelocks.img filelocks-2375.img'
# Two bytes, 0 and 0x80, of a semaphore; a type of 0, and one below 0.
m ipc-data ipc-multi 'edit ipcns-sem-10.img ".[0].extra[0] = 32768"'
m ipc-data ipc-multi 'edit ipcns-msg-10.img "map(.extra[0].mtype = 0)"'
m ipc-data ipc-multi 'edit ipcns-msg-10.img "map(.extra[0].mtype = \"18446744073709551615\")"'
m tcp-pair socket-tcp-nft-nfconntrack_h 'edit files.img "(first(.[] | select(.isk.state == 1)) | .isk.dst_port) = 4399"'
m tcp-pair socket-tcp-nft-nfconntrack_h 'edit files.img "(first(.[] | select(.isk.state == 1)) | .isk.src_addr) = [33554559]"'
m parent-vma memory-chain/3 'one mm-2375.img "(.vmas[] | select(.status == 513 and .flags == 34) | .flags) = 262178"'

# ---- sockets ----
m socket-values rich 'file UNIXSK 100 ".usk.opts.so_sndbuf = 2147483648"'
m socket-values rich 'file UNIXSK 100 ".usk.opts.so_buf_lock = 4"'
m socket-values rich 'file UNIXSK 100 ".usk.opts.so_filter = [0]"'
m socket-values rich 'file UNIXSK 100 ".usk.opts.so_filter = [\"1407374883553285\", \"1688849860263936\"]"' # ja 5; ret
m socket-values rich 'file UNIXSK 100 ".usk.name = \"/no end\""'
m socket-values? rich 'file UNIXSK 100 ".usk.name_dir = \"tmp\""'
m socket-values rich 'file UNIXSK 100 ".usk.state = 7"'
m unix-peer rich 'file UNIXSK 101 ".usk.peer = 1001" && file UNIXSK 100 ".usk.peer = 0"'
m socket-values rich 'file INETSK 121 ".isk.tcp_opts.keepcnt = 128"'
m socket-values rich 'file INETSK 121 ".isk.ip_opts.ttl = 256"'
m socket-values rich 'file INETSK 120 ".isk |= (.type = 2 | .proto = 99 | .state = 7)"'
m socket-values rich 'edit files.img ". + [.[] | select(.type == \"INETSK\" and .id == 121) | .id = 130 | .isk |=
	(.id = 130 | .ino = 2002)]" && cp tcp-stream-7d1.img tcp-stream-7d2.img &&
	edit fdinfo-2.img ". + [{id: 130, flags: 0, type: \"INETSK\", fd: 130}]"'
m socket-values rich 'edit files.img ". + [.[] | select(.type == \"NETLINKSK\") | .id = 131 | .nlsk.id = 131]" &&
	edit fdinfo-2.img ". + [{id: 131, flags: 0, type: \"NETLINKSK\", fd: 131}]"'
m socket-values rich 'file PACKETSK 115 ".psk.mclist = [{index: 0, type: 0, addr: (\"A\" * 48)}]"'
m vma-socket rich 'file PACKETSK 115 "del(.psk.rx_ring)"'
m vma-file rich 'edit files.img "(.[] | select(.id == 4 and .type == \"REG\") | .reg.mode) = 16877"'
m tcp-peer socket-tcp-nft-nfconntrack_h 'one tcp-stream-30bb2.img ".outq_seq += 5"'
m seccomp-chain rich 'one seccomp.img ".seccomp_filters[0].filter = \"AAAAAAAAAAA=\""'
m seccomp-chain rich 'one seccomp.img ".seccomp_filters[0].filter = \"BQAAAAkAAAAGAAAAAAAAAA==\""' # ja 9; ret

# ---- networks, terminals, others ----
m net-link tun_ns_ns 'edit netdev-15.img "map(if .name == \"tapx0\" then .master = 1 else . end)"'
m net-device tun_ns_ns 'edit netdev-15.img "map(if .name == \"tapx0\" then .flags = 524288 else . end)"'
m net-link? tun_ns_ns 'one netns-15.img ".nsids = [{target_ns_id: 10, netnsid_value: -1}]"'
m net-link tun_ns_ns 'edit netdev-15.img "map(if .name == \"tapx0\" then .type = \"VETH\" | del(.tun) | .peer_nsid = 10 |
	.peer_ifindex = 1 else . end)" && edit files.img "map(if .tunf.netdev == \"tapx0\" then .tunf.netdev = \"tunx0\" else . end)"'
m socket-device tun_ns_ns 'edit files.img "map(if .tunf.netdev == \"tapx0\" then .tunf.netdev = \"lo\" else . end)"'
m raw-tables tun_ns_ns '{ echo "# Generated by iptables-save v1.8.9 on Monday"; cat ip6tables-10.img; } >6 && mv 6 ip6tables-10.img'
m image-expected old-v1.0-k2m8-ns 'rm iptables-7.img'
m image-missing old-v1.0-k2m8-ns 'rm ipcns-msg-8.img'
m core-parts old-v1.0-m0 'edit vmas-25692.img "[]"'
m tty-info rich 'edit tty-info.img "map(.type = \"UNKNOWN\")"'
m tty-info rich 'edit tty-info.img "map(.rdev = 259)"'
m tty-info? rich 'edit tty-info.img "map(.id = 4)" && edit tty-data.img "map(.tty_id = 4)" && file TTY 111 ".tty.tty_info_id = 4"'
m memfd-inode rich 'edit memfd.img "map(.size = 9223372036854775808)"'
m memfd-inode? rich 'edit memfd.img "map(.hugetlb_flag = 3)"'
m time-offset rich 'one timens-0.img ".boottime.tv_sec = 9223372037"'
m inventory-values tun_ns_ns 'one inventory.img "del(.root_ids)"'
m inventory-values tun_ns_ns 'one inventory.img "del(.root_ids.net_ns_id)"'
m inventory-values tun_ns_ns 'one inventory.img "del(.root_ids.time_ns_id)"'
m socket-values rich 'file UNIXSK 102 ".usk.type = 2"'
m watch-values rich 'edit files.img "(.[] | select(.id == 108 and .type == \"FANOTIFY\") | .ffy.mark[] | select(.ie) |
	.ie.f_handle.path) = \"k\""'
m inventory-values rich 'one inventory.img ".plugins_entry.plugins = [\"\"]"'
m cgroup-set rich 'one cgroup.img ".sets[0].ctls += .sets[0].ctls[:1]"'
m core-pointers old-v1.3-m31 'edit sigacts-13880.img ".[0] = {sigaction: 4198400, flags: 67108864, restorer: 4096, mask: 0}"'
m file-mount tun_ns_ns 'edit files.img "(first(.[] | select(.reg.name // \"\" | startswith(\"/zdtm/\"))) | .reg.mnt_id) = -1"'
m task-code rich 'one mm-2375.img ".exe_file_id = 4"'
m image-unused tun_ns_ns 'one netns-10.img ".ext_key = \"k\""'
m raw-netlink tun_ns_ns 'poke ifaddr-15.img 24 "\x09"'
