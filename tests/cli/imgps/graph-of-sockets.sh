# Who is connected to whom: pairs, datagrams to one socket from many, connections over IPv4
# seen from IPv6 sockets, hosts of several network namespaces, a table that two processes share.
task()
{
	echo "{\"magic\":\"CORE\",\"img\":\"core-$1.img\"}"
	echo "{\"mtype\":\"X86_64\",\"tc\":{\"task_state\":1,\"exit_code\":0,\"personality\":0,\"flags\":0,\"blk_sigset\":0,\"comm\":\"t$1\"}}"
	echo "{\"magic\":\"IDS\",\"img\":\"ids-$1.img\"}"
	echo "{\"vm_id\":$1,\"files_id\":$2,\"fs_id\":$1,\"sighand_id\":$1}"
}
fds() # TABLE TYPE:ID...
{
	local table=$1 fd=0 f
	shift
	echo "{\"magic\":\"FDINFO\",\"img\":\"fdinfo-$table.img\"}"
	for f; do
		echo "{\"id\":${f#*:},\"flags\":0,\"type\":\"${f%:*}\",\"fd\":$((fd++))}"
	done
}
fown='"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0}'
opts='"opts":{"so_sndbuf":0,"so_rcvbuf":0,"so_snd_tmo_sec":0,"so_snd_tmo_usec":0,"so_rcv_tmo_sec":0,"so_rcv_tmo_usec":0}'
unix() # ID TYPE PEER NAME
{
	echo "{\"type\":\"UNIXSK\",\"id\":$1,\"usk\":{\"id\":$1,\"ino\":$((100 + $1)),\"type\":$2,\"state\":1,\"flags\":2,\"uflags\":0,\"backlog\":0,\"peer\":$3,$fown,$opts,\"name\":\"$4\"}}"
}
inet() # ID FAMILY SRC PORT DST PORT NS
{
	echo "{\"type\":\"INETSK\",\"id\":$1,\"isk\":{\"id\":$1,\"ino\":$1,\"family\":$2,\"type\":1,\"proto\":6,\"state\":1,\"src_port\":$4,\"dst_port\":$6,\"flags\":2,\"backlog\":0,\"src_addr\":[$3],\"dst_addr\":[$5],$fown,$opts,\"ns_id\":$7}}"
}
lo=16777343 lo6="0,0,4294901760,$lo" eth=33554442 eth2=50331658
{
	echo '{"magic":"PSTREE","img":"pstree.img"}'
	for pid in 1 2 3 4; do
		echo "{\"pid\":$pid,\"ppid\":$((pid == 1 ? 0 : 1)),\"pgid\":1,\"sid\":1,\"threads\":[$pid]}"
	done
	task 1 1
	task 2 2
	task 3 3
	task 4 3
	fds 1 PIPE:20 UNIXSK:1 UNIXSK:3 INETSK:10 INETSK:12 INETSK:14 INETSK:16 UNIXSK:8
	fds 2 PIPE:21 UNIXSK:2 UNIXSK:4 INETSK:11 INETSK:13 INETSK:15 UNIXSK:8
	fds 3 UNIXSK:5 UNIXSK:6 UNIXSK:7 UNIXSK:9
	echo '{"magic":"FILES","img":"files.img"}'
	# The end that reads comes first.
	echo "{\"type\":\"PIPE\",\"id\":20,\"pipe\":{\"id\":20,\"pipe_id\":500,\"flags\":0,$fown}}"
	echo "{\"type\":\"PIPE\",\"id\":21,\"pipe\":{\"id\":21,\"pipe_id\":500,\"flags\":1,$fown}}"
	unix 1 1 102 ''
	unix 2 1 101 '/run/a\"b\\\\c.sock\u0000'
	unix 3 2 106 ''
	unix 4 2 106 ''
	unix 5 1 999 ''
	unix 6 2 0 '\u0000log\n'
	unix 7 1 107 ''
	unix 8 5 109 ''
	unix 9 5 108 ''
	inet 10 10 "$lo6" 80 "$lo6" 4000 0
	inet 11 2 $lo 4000 $lo 80 0
	inet 12 2 $lo 81 $lo 4001 0
	inet 13 2 $lo 4001 $lo 81 7
	inet 14 2 $eth 82 $eth2 4002 0
	inet 15 2 $eth2 4002 $eth 82 7
	inet 16 2 $lo 83 $lo 4003 0
} | json2img -C dump
imgps --dot dump
