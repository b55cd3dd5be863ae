# Zombies by their status, stopped ones by their signal; crit takes one for the other.
imgps --state --threads "$DATA/dumps/old-v1.3-m31"
imgps --json --state "$DATA/dumps/memory" | jq -c 'del(.pgid, .sid)'

# Of all that task_state and exit_code can say.
core()
{
	printf '{"magic":"CORE","img":"core-%d.img"}\n' "$1"
	printf '{"mtype":"%s","tc":{"task_state":%d,"exit_code":%d,"personality":0,"flags":0,"blk_sigset":0,"comm":"c"%s}}\n' \
		"$2" "$3" "$4" "$5"
}
{
	echo '{"magic":"PSTREE","img":"pstree.img"}'
	for pid in 1 2 3 4 5 6 7 8; do
		echo "{\"pid\":$pid,\"ppid\":0,\"pgid\":1,\"sid\":1,\"threads\":[0]}"
	done
	core 1 X86_64 1 0 ''
	core 2 X86_64 3 0 ',"stop_signo":20'
	core 3 MIPS 3 0 ',"stop_signo":24'
	core 4 X86_64 3 0 ''
	core 5 X86_64 2 $((255 << 8)) ''
	core 6 X86_64 6 9 ''
	core 7 X86_64 2 $((128 + 11)) ''
	core 8 X86_64 77 0 ''
} | json2img -C dump
imgps -s dump
imgps -js dump
