# Its CRIU names a task by the numbers that it has in each of its namespaces.
. "$LIB"
mkdir dump
entry()
{
	le32 $((${#1} / 4))
	printf '%b' "$1"
}
{
	le32 0x54564319 0x50273030
	# ppid 0; ns_pid 7, 1; ns_pgid 7 (packed); ns_sid 300; tids {7, 1}, {8, 2}
	entry '\x10\x00\xc8\x3e\x07\xc8\x3e\x01\xd2\x3e\x02\x07\x01\xd8\x3e\xac\x02\xe2\x3e\x04\x08\x07\x08\x01\xe2\x3e\x04\x08\x08\x08\x02'
	# pid 9 as usual
	entry '\x08\x09\x10\x07\x18\x07\x20\x07\x28\x09'
	# no name at all
	entry '\x10\x00'
} >dump/pstree.img
for pid in 7 8 9; do
	echo "{\"magic\":\"CORE\",\"img\":\"core-$pid.img\"}"
	echo '{"mtype":"X86_64","tc":{"task_state":1,"exit_code":0,"personality":0,"flags":0,"blk_sigset":0,"comm":"vz"},"thread_core":{"futex_rla":0,"futex_rla_len":0,"comm":"vzt"}}'
done | json2img -C dump
imgps --threads dump
echo "status $?"
