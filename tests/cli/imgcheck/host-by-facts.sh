# Facts that meet all needs of a dump, and each of them changed: what is missing, what criu would
# say, the status. Nothing here depends on the machine that runs it.
SRC_DUMP=$DATA/dumps/memory

# What a machine has that lacks nothing: the needs themselves, but for what must be free.
meet()
{
	imgcheck --needs "$1" | jq -c '
		select(IN(.need; "pid", "pty", "port", "abstract", "option", "socket-path", "mount-point") | not) |
		(if .need == "pid-max" then .value += 1 else . end) |
		{fact: .need, name, value, mode, build_id} | del(..|nulls)'
	for kind in machine page-size cpu xsave kernel filesystem program lsm pid pty cgroup address \
		port netdev abstract listener; do
		echo "{\"fact\":\"$kind\",\"complete\":true}"
	done
}

# Change the facts by a filter of jq, and ask again.
ask()
{
	echo "== $1"
	jq -c "$2" facts >changed
	imgcheck --host=changed dump 2>&1 | grep -v '	help:'
	echo "status ${PIPESTATUS[0]}"
}

cp -r "$SRC_DUMP" dump
meet dump >facts
ask 'all is met' .
ask 'a file is gone' 'if .name == "/srv/demo/app" then {fact, name, missing: true} else . end'
ask 'a file has grown' 'if .name == "/srv/demo/memory/facts/out" then .value += 1 else . end'
ask 'another mode' 'if .name == "/srv/demo/memory/facts/out" then .mode -= 4 else . end'
ask 'another kind' 'if .name == "/dev/null" then .mode = 33188 else . end'
ask 'another build id' 'if .name == "/srv/demo/app" then .build_id = "00112233" else . end'
ask 'no build id' 'if .name == "/srv/demo/app" then del(.build_id) else . end'
ask 'a file of which nothing is known' 'select(.name != "/srv/demo/app")'
ask 'a pid is taken' '., if .fact == "machine" and .complete then {fact: "pid", name: "2378"} else empty end'
ask 'pid_max is low' 'if .fact == "pid-max" then .value = 300 else . end'
ask 'another machine' 'if .name == "x86_64" then .name = "aarch64" else . end'
ask 'another page size' 'if .name == "4096" then .name = "65536" else . end'
ask 'a kernel without it' 'select(.fact != "kernel" or .complete)'
ask 'pids cannot be seen' 'if .fact == "pid" then {fact, unknown: "/proc does not show all processes"} else . end'
