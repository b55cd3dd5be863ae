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
