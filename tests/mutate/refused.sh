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
m core-signals rich 'one core-2375.img ".tc.sigactions[3].mask = 256"'
m core-creds rich 'one core-2375.img ".thread_core.creds.fsgid = 4294967295"'
m core-pointers rich 'one core-2375.img ".tc.sigactions[0] = {sigaction: 140087472393680, flags: 67108864, restorer: 4096, mask: 0}"'
m core-pointers rich 'one core-2375.img ".thread_core.rseq_entry.rseq_cs_pointer = 4096"'
m mm-auxv rich 'one mm-2375.img ".mm_saved_auxv |= (index(6) as \$i | .[\$i + 1] = 16384)"'

# ---- open files ----
m file-reg rich 'file REG 122 ".reg.flags = 65536"'
m file-reg rich 'file REG 122 ".reg.flags = 514"'
m file-reg rich 'file REG 122 ".reg |= (.mode = 41471 | .flags = 0)"' # and not O_PATH
m file-reg bashpipe 'edit files.img "(first(.[] | select(.reg.mode // 0 | . / 4096 | floor == 4)) | .reg.flags) = 1"'
m file-reg rich 'file REG 122 ".reg.name = \"/tmp/../gone\""'
m file-reg rich 'file REG 122 ".reg.ext = true"'
m lock-fd rich 'edit filelocks.img "map(.flag = 2 | .type = 99)"'
m watch-values rich 'file FANOTIFY 108 ".ffy.faflags = 65536"'
m watch-values rich 'file FANOTIFY 108 ".ffy.faflags = 12"'
m watch-values rich 'file FANOTIFY 108 ".ffy.evflags = 268435456"'

# ---- mounts ----
m mount-values tun_ns_ns 'edit mountpoints-14.img "map(if .mountpoint == \"/proc\" then .flags = 67108864 else . end)"'
m mount-values tun_ns_ns 'edit mountpoints-14.img "map(if .mountpoint == \"/proc\" then .root_dev = 0 else . end)"'
m mount-values tun_ns_ns 'edit mountpoints-14.img "map(if .mountpoint == \"/dev\" then .ext_key = \"\" else . end)"'
m mount-values tun_ns_ns 'edit mountpoints-14.img "map(if .mountpoint == \"/proc\" then .fstype = 16 else . end)"'
m mount-values tun_ns_ns 'edit mountpoints-14.img "map(if .mountpoint == \"/proc\" then .mountpoint = \"/./proc\" else . end)"'
m mount-values tun_ns_ns 'edit mountpoints-14.img "(map(select(.mountpoint == \"/run\"))[0]) as \$run |
	map(if .mountpoint == \"/proc\" then .root_dev = \$run.root_dev else . end)"'
m mount-group tun_ns_ns 'edit mountpoints-14.img "map(if .mountpoint == \"/proc\" then .flags += 1048576 else . end)"'
m mount-group tun_ns_ns 'edit mountpoints-14.img "map(if .mountpoint == \"/proc\" then .master_id = 7 else . end)"'
m file-below tun_ns_ns 'edit files.img "(first(.[] | select(.reg.name // \"\" | startswith(\"/zdtm/\"))) | .reg.mnt_id) = 146"'
# Task 5 is in another namespace, the mounts of which have other numbers than its files name.
m mount-root tun_ns_ns 'cp mountpoints-14.img mountpoints-16.img && one ids-5.img ".mnt_ns_id = 16" &&
	edit mountpoints-16.img "map(.mnt_id += 1000 | .parent_mnt_id += 1000)"'
m autofs autofs_ns 'one autofs-60.img ".mode = 1"'
m autofs autofs_ns 'one autofs-60.img ".mode = 7"'
m autofs autofs_ns 'one autofs-60.img ".timeout = 5"'
m autofs autofs_ns 'swap autofs-60.img autofs-61.img'
