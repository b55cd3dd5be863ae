# Each task once, whatever pstree.img says: parents that are missing, that are the task
# itself or its descendant, pids that come twice.
core='{"mtype":"X86_64","tc":{"task_state":1,"exit_code":0,"personality":0,"flags":0,"blk_sigset":0,"comm":"c"}}'
tree()
{
	rm -rf dump
	{
		echo '{"magic":"PSTREE","img":"pstree.img"}'
		while read -r pid ppid; do
			echo "{\"pid\":$pid,\"ppid\":$ppid,\"pgid\":1,\"sid\":1,\"threads\":[$pid]}"
		done
		for pid in 1 2 3 4 5 6 7 8 9; do
			printf '{"magic":"CORE","img":"core-%d.img"}\n%s\n' $pid "$core"
		done
	} | json2img -C dump
	imgps dump
	echo "status $?"
}

tree <<'END'
1 0
2 1
3 2
4 6
5 4
6 5
7 99
8 8
1 3
9 1
END
imgps --dot dump 2>/dev/null | grep -e '->'
imgps -p 3 -p 5 dump
imgps -jp 9 dump
echo two roots
tree <<'END'
2 1
1 0
4 0
3 2
END
echo no entry
tree </dev/null
