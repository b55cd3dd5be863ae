# A frame for each pid namespace of the dump, those in it inside; a pipe that many hold is one
# ellipse, two of the same holders too; hosts outside beyond 24 are counted.
fown='"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0}'
opts='"opts":{"so_sndbuf":0,"so_rcvbuf":0,"so_snd_tmo_sec":0,"so_snd_tmo_usec":0,"so_rcv_tmo_sec":0,"so_rcv_tmo_usec":0}'
task() # PID NS
{
	echo "{\"magic\":\"CORE\",\"img\":\"core-$1.img\"}"
	echo "{\"mtype\":\"X86_64\",\"tc\":{\"task_state\":1,\"exit_code\":0,\"personality\":0,\"flags\":0,\"blk_sigset\":0,\"comm\":\"t$1\"}}"
	echo "{\"magic\":\"IDS\",\"img\":\"ids-$1.img\"}"
	echo "{\"vm_id\":$1,\"files_id\":$1,\"fs_id\":$1,\"sighand_id\":$1,\"pid_ns_id\":$2}"
	echo "{\"magic\":\"FDINFO\",\"img\":\"fdinfo-$1.img\"}"
	for id in 20 21 22 23; do
		[ "$1" = 6 ] || echo "{\"id\":$id,\"flags\":0,\"type\":\"PIPE\",\"fd\":$((id - 17))}"
	done
	for id in $(seq 30 59); do
		[ "$1" != 6 ] || echo "{\"id\":$id,\"flags\":0,\"type\":\"INETSK\",\"fd\":$id}"
	done
}
pipe() # ID PIPE FLAGS
{
	echo "{\"type\":\"PIPE\",\"id\":$1,\"pipe\":{\"id\":$1,\"pipe_id\":$2,\"flags\":$3,$fown}}"
}
{
	echo '{"magic":"INVENTORY","img":"inventory.img"}'
	echo '{"img_version":2,"fdinfo_per_id":true,"root_ids":{"vm_id":1,"files_id":1,"fs_id":1,"sighand_id":1,"pid_ns_id":1}}'
	echo '{"magic":"PSTREE","img":"pstree.img"}'
	for pid in 1 2 3 4 5 6; do
		echo "{\"pid\":$pid,\"ppid\":$((pid - 1)),\"pgid\":1,\"sid\":1,\"threads\":[$pid]}"
	done
	task 1 1
	task 2 2
	task 3 2
	task 4 3
	task 5 3
	task 6 1
	echo '{"magic":"FILES","img":"files.img"}'
	pipe 20 500 0
	pipe 21 500 1
	pipe 22 501 0
	pipe 23 501 1
	for id in $(seq 30 59); do
		echo "{\"type\":\"INETSK\",\"id\":$id,\"isk\":{\"id\":$id,\"ino\":$id,\"family\":2,\"type\":1,\"proto\":6,\"state\":1,\"src_port\":80,\"dst_port\":4000,\"flags\":2,\"backlog\":0,\"src_addr\":[1],\"dst_addr\":[$id],$fown,$opts}}"
	done
} | json2img -C dump
imgps --dot dump >graph 2>err
sed -n 's/^\(\tp[0-9]*\) \[.*/\1/p; /subgraph/p; /pid namespace/s/;.*//p; /^\t}/p; /^\tc[0-9]/p; /-> c/p; /more/p' graph
grep -c 'shape=note.*outside)' graph
command -v dot >/dev/null || exit 0
{ dot -Tsvg graph >svg; } 2>&1
