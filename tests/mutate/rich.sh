# shellcheck shell=bash disable=SC2016
# Make, out of the bundled dump `memory`, one that has a bit of everything: shellcheck shell=bash
# files of all types and what belongs to them, a filter, timers, mappings of all kinds. It is
# sound: no mutation has been applied to it yet.

# The first message of an image of another dump.
old()
{
	img2json "$DATA/dumps/$1" | sed -n 2p
}

rich_files()
{
	jq -n --argjson unix "$(old old-v2.0-m31/unixsk.img)" \
		--argjson inet "$(old old-v2.0-m31/inetsk.img)" \
		--argjson netlink "$(old old-v2.0-m31/netlinksk.img)" \
		--argjson packet "$(old old-v2.0-m31/packetsk.img)" \
		--argjson inotify "$(old old-v2.0-m31/inotify.img)" \
		--argjson fanotify "$(old old-v2.0-k2m2/fanotify.img)" \
		--argjson tun "$(old old-v2.0-k2m8-ns/tunfile.img)" '
		{uid: 0, euid: 0, signum: 0, pid_type: 0, pid: 0} as $fown |
		def reg($id; $name; $flags; $mode): {type: "REG", id: $id, reg:
			{id: $id, flags: $flags, pos: 0, fown: $fown, name: $name, mode: $mode}};
		def usk($id; $ino; $peer): {type: "UNIXSK", id: $id,
			usk: ($unix | .id = $id | .ino = $ino | .peer = $peer)};
		def isk($id; $ino; f): {type: "INETSK", id: $id, isk: ($inet | .id = $id | .ino = $ino | f)};
		usk(100; 1000; 1001), usk(101; 1001; 1000),
		(usk(102; 1002; 0) | .usk.state = 10 | .usk.name = "/sock=00"),
		({type: "EVENTPOLL", id: 103, epfd: {id: 103, flags: 2, fown: $fown,
			tfd: [{id: 0, tfd: 100, events: 25, data: 7, dev: 9, inode: 1000, pos: 0},
				{id: 0, tfd: 104, events: 1, data: 8, dev: 9, inode: 6, pos: 0}]}}),
		({type: "EVENTFD", id: 104, efd: {id: 104, flags: 2050, fown: $fown, counter: 5}}),
		({type: "SIGNALFD", id: 105, sgfd: {id: 105, flags: 2, fown: $fown, sigmask: 34359738880}}),
		({type: "TIMERFD", id: 106, tfd: {id: 106, flags: 2, fown: $fown, clockid: 1, ticks: 0,
			settime_flags: 0, vsec: 1999, vnsec: 5, isec: 1, insec: 1}}),
		({type: "INOTIFY", id: 107, ify: ($inotify | .id = 107)}),
		({type: "FANOTIFY", id: 108, ffy: ($fanotify | .id = 108)}),
		({type: "PIDFD", id: 109, pidfd: {id: 109, ino: 77, flags: 2, nspid: 2378, fown: $fown}}),
		({type: "NS", id: 110, nsf: {id: 110, ns_id: 4, ns_cflag: 67108864, flags: 32768}}),
		({type: "TTY", id: 111, tty: {id: 111, tty_info_id: 2, flags: 2, fown: $fown, regf_id: 112}}),
		reg(112; "/dev/pts/1"; 2; 8592),
		({type: "FIFO", id: 113, fifo: {id: 113, pipe_id: 50, regf_id: 114}}),
		reg(114; "/tmp/fifo"; 2; 4480),
		({type: "PACKETSK", id: 115, psk: ($packet | .id = 115 | .rx_ring = {block_size: 4096, block_nr: 1,
			frame_size: 2048, frame_nr: 2, retire_tmo: 0, sizeof_priv: 0, features: 0})}),
		({type: "NETLINKSK", id: 116, nlsk: ($netlink | .id = 116)}),
		({type: "EXT", id: 117, ext: {id: 117, fown: $fown}}),
		({type: "BPFMAP", id: 118, bpf: {id: 118, flags: 2, pos: 0, fown: $fown, map_type: 1,
			key_size: 4, value_size: 4, map_id: 27, max_entries: 10, map_flags: 5,
			memlock: 1872, frozen: false, map_name: "a map", ifindex: 0}}),
		({type: "TUNF", id: 119, tunf: ($tun | .id = 119 | .ns_id = 2 | del(.netdev))}),
		reg(119; "/dev/net/tun"; 2; 8576),
		isk(120; 2000; .state = 10 | .dst_port = 0),
		isk(121; 2001; .state = 1 | .dst_port = 80 | .dst_addr = [16777343]),
		(reg(122; "/tmp/gone"; 2; 33188) | .reg.size = 9),
		(reg(123; "/tmp/chunks"; 2; 33188) | .reg.size = 1048576),
		reg(124; "/tmp/linked"; 2; 33188), reg(125; "/tmp/link_remap.1"; 2; 33188),
		reg(126; "/proc/2379/stat"; 0; 33060),
		({type: "PIPE", id: 127, pipe: {id: 127, pipe_id: 60, flags: 0, fown: $fown}}),
		({type: "PIPE", id: 128, pipe: {id: 128, pipe_id: 60, flags: 1, fown: $fown}})
	' | jq -s .
}

rich_memory()
{
	local files

	files=$(rich_files) || return
	edit files.img '. + $more' --argjson more "$files"
	# Descriptor N is file N, but for the REG files that others stand on.
	edit fdinfo-2.img '. + [$more[] | select(.type != "REG" or (.id >= 122 and .id != 125)) |
		{id, flags: 0, type, fd: .id}]' --argjson more "$files"
	one inventory.img '.plugins_entry.plugins = ["any"]'
	make tty-info.img TTY_INFO "[$(img2json "$DATA/dumps/old-v3.0-k2m1/tty-info.img" |
		grep '"rdev":34817')] | map(.id = 2 | .sid = 2375 | .pgrp = 2375)"
	make tty-data.img TTY_DATA '[{tty_id: 2, data: "YWJj"}]'
	make fifo-data.img FIFO_DATA '[{pipe_id: 50, bytes: 3, size: 65536, extra: "YWJj"}]'
	make pipes-data.img PIPES_DATA '[{pipe_id: 60, bytes: 3, size: 65536, extra: "YWJj"}]'
	make sk-queues.img SK_QUEUES '[{id_for: 100, length: 3, scm: [{type: 1, rights: [104]}], extra: "YWJj"}]'
	make bpfmap-data.img BPFMAP_DATA '[{map_id: 27, keys_bytes: 8, values_bytes: 8, count: 2,
		extra: "AAAAAAAAAAAAAAAAAAAAAA=="}]'
	make remap-fpath.img REMAP_FPATH '[{orig_id: 122, remap_id: 1, remap_type: "GHOST"},
		{orig_id: 123, remap_id: 2, remap_type: "GHOST"},
		{orig_id: 124, remap_id: 125, remap_type: "LINKED"},
		{orig_id: 126, remap_id: 2379, remap_type: "PROCFS"}]'
	make ghost-file-1.img GHOST_FILE '[{uid: 0, gid: 0, mode: 33188, extra: "Z29uZSBmaWxl"}]'
	make ghost-file-2.img GHOST_FILE '[{uid: 0, gid: 0, mode: 33188, chunks: true, size: 1048576},
		{len: 3, off: 0, extra: "YWJj"}, {len: 3, off: 8192, extra: "ZGVm"}]'
	make filelocks.img FILE_LOCKS '[{flag: 1, type: 1, pid: 2375, fd: 123, start: 0, len: 5}]'
	cp "$DATA/dumps/old-v2.0-m31/tcp-stream-3101e8.img" tcp-stream-7d1.img
	cp "$DATA/dumps/cpuinfo-dump/cpuinfo.img" .
	make cgroup.img CGROUP '[{sets: [{id: 2, ctls: [{name: "cpu", path: "/a"}, {name: "pids", path: "/b"}]}],
		controllers: [{cnames: ["cpu"]}, {cnames: ["pids"]}]}]'
	make seccomp.img SECCOMP '[{seccomp_filters: [{filter: "BgAAAAAA/38="}, {filter: "BgAAAAAA/38=", prev: 0}]}]'
	one core-2378.img '.thread_core.seccomp_mode = "filter" | .thread_core.seccomp_filter = 1 |
		.thread_core.cg_set = 2'
	one core-2375.img '.tc.timers.posix = [{it_id: 1, clock_id: 0, si_signo: 12, it_sigev_notify: 4,
		sival_ptr: 0, overrun: 0, isec: 1, insec: 0, vsec: 1, vnsec: 5, notify_thread_id: 2375}] |
		.tc.signals_s.signals = [{siginfo: ("CgAA" + "A" * 167 + "=")}]'
	# A ring of asynchronous I/O, one of a packet socket, a guard range in the first big mapping.
	one mm-2375.img '.aios = [{id: 140087473500160, nr_req: 8, ring_len: 8192}] |
		.vmas |= (. + [
			{start: 140087473500160, end: 140087473508352, pgoff: 0, shmid: 0, prot: 3, flags: 34, status: 8705, fd: -1},
			{start: 140087473508352, end: 140087473512448, pgoff: 0, shmid: 115, prot: 3, flags: 1, status: 2049, fd: -1}
		] | sort_by(.start | tonumber) | . + [
			{start: 140087471087616, end: 140087471091712, pgoff: 0, shmid: 0, prot: 0, flags: 34, status: 65536, fd: -1}])'
}
