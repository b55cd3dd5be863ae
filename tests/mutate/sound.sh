# shellcheck shell=bash disable=SC2016
# Changes that leave a dump sound: what CRIU has been seen to write, as run.sh applies them.
# shellcheck source=tests/mutate/lib.sh
#
#	sound DUMP CHANGE

# The peer of a device is in a namespace that is not in the dump.
sound tun_ns_ns 'edit netdev-15.img "map(if .name == \"tunx2\" then del(.peer_nsid) | .peer_ifindex = 99 else . end)"'
# SCHED_RR | SCHED_RESET_ON_FORK
sound rich 'one core-2378.img ".thread_core |= (.sched_policy = 1073741826 | .sched_prio = 10)"'
# A guard range over the end of one mapping and the beginning of the next.
sound rich 'one mm-2375.img ".vmas[-1] |= (.start = 140087473504256 | .end = 140087473512448)"'
# A session whose leader died, of a child that the root got; a group whose leader died; a child
# born before its parent began a session.
sound bashpipe 'edit pstree.img "map(if .pid == 10153 then .sid = 4711 | .pgid = 4711 else . end)"'
sound bashpipe 'edit pstree.img "map(if .pid == 10147 then .pgid = 4711 else . end)"'
sound bashpipe 'edit pstree.img "map(if .pid == 9995 or .pid == 10147 then .sid = 4711 | .pgid = 4711 else . end)"'
sound bashpipe 'edit pstree.img "map(if .pid == 9992 then .sid = 9992 | .pgid = 9992 else . end)"'
# A socket outside of the dump, written because one in it is connected to it.
sound rich 'file UNIXSK 100 ".usk.peer = 3000" && file UNIXSK 101 ".usk.peer = 3000" &&
	edit files.img "map(select(.type == \"UNIXSK\")) as \$all | . + [\$all[0] | .id = 777 | .usk |=
		(.id = 777 | .ino = 3000 | .peer = 0 | .state = 10 | .uflags = 1 | .name = \"/x=00\")]"'
# --external unix[INO], of a connection without a name: CRIU says that it is DGRAM, and listens.
sound rich 'file UNIXSK 100 ".usk.peer = 3000" && file UNIXSK 101 ".usk.peer = 3000" &&
	edit files.img "map(select(.type == \"UNIXSK\")) as \$all | . + [\$all[0] | .id = 777 | .usk |=
		(.id = 777 | .ino = 3000 | .type = 2 | .peer = 0 | .state = 10 | .uflags = 1 | .name = \"\")]"'
# MAP_DROPPABLE, as the C library has for its random numbers.
sound rich 'one mm-2375.img "(first(.vmas[] | select(.status == 513 and .flags == 34)) | .flags) = 40"'
# --empty-ns net, as runc has it.
sound pipe01_uns 'rm netns-*.img netdev-*.img ifaddr-*.img route*-*.img rule-*.img ip*tables-*.img nftables-*.img'
# The end of the stream has arrived, which counts as a byte.
sound socket-tcp-nft-nfconntrack_h 'one tcp-stream-30bb2.img ".rcv_wup += 1" &&
	edit files.img "map(if .isk.ino == 199602 then .isk.state = 8 else . end)"'
# systemd waits for changes of /proc/self/mountinfo, which is a regular file.
sound rich 'file EVENTPOLL 103 ".epfd.tfd[0].tfd = 126" && file REG 126 ".reg.size = 0"'
# Up to 1.2 locks in a pid namespace had the pid that CRIU saw from outside.
sound rich 'edit filelocks.img "[]"'
sound old-v1.0-k2m8-ns 'edit filelocks-1.img "[{flag: 1, type: 1, pid: 4711, fd: 0, start: 3, len: 9}]"'
# Up to 3.13 a mapping had the status of the one before it, where both show one file.
sound old-v3.0-k2m1 'one mm-30111.img ".vmas[2].flags = 1"'
sound old-v3.0-k2m1 'one mm-30111.img ".vmas |= .[:2] + [.[2] | .status = 129 |
	.flags = 1 | .end = 4775936] + [.[2] | .status = 129 | .start = 4775936] + .[3:]"'
# A datagram socket outside of the dump.
sound rich 'file UNIXSK 102 ".usk |= (.type = 2 | .uflags = 1)"'
# O_TMPFILE, which holds O_DIRECTORY.
sound rich 'file REG 122 ".reg.flags = 4259842"'
# A file of /proc/PID of a task that has died, and whose pid another one has got since.
sound rich 'edit remap-fpath.img "map(if .orig_id == 126 then .remap_id = 2378 else . end)" &&
	file REG 126 ".reg.name = \"/proc/2378/stat\""'
# What `criu cpuinfo dump` leaves, and nothing else.
sound cpuinfo-dump 'true'
# A task that has closed all of its descriptors.
sound rich 'rm fdinfo-3.img'
# Converted from the framing of CRIU before 1.6, which kept neither the cgroups that it ran in nor
# settings of network namespaces.
sound rich 'one inventory.img "del(.root_cg_set, .dump_criu_run_id)" && rm cgroup.img &&
	for i in core-*.img; do one $i "del(.thread_core.cg_set)"; done'
sound tun_ns_ns 'rm netns-10.img && edit netdev-10.img "map(del(.conf4, .conf6))"'
# Two clients of one server, the ends of which there are not in the dump.
sound socket-tcp-nft-nfconntrack_h 'edit files.img "map(if .isk.state == 1 then .isk.dst_port = 4000 + .id else . end)" &&
	for i in tcp-stream-*.img; do one $i "."; done'
# A program that has been replaced while it ran, and the new one.
sound rich 'file REG 122 ".reg.build_id = [1, 2, 3, 4, 5]" &&
	file REG 123 ".reg |= (.name = \"/tmp/gone\" | .build_id = [1, 2, 3, 4])"'
# The largest value of a semaphore, and type of a message.
sound ipc-multi 'edit ipcns-sem-10.img ".[0].extra[0] = 32767" &&
	edit ipcns-msg-10.img "map(.extra[0].mtype = \"9223372036854775807\")"'
# Up to 2.12 an external mount had its key in the place of its root.
sound pipe01_uns 'edit mountpoints-14.img "map(if .ext_key then (.root = .ext_key | .ext_mount = true | del(.ext_key)) else . end)"'
