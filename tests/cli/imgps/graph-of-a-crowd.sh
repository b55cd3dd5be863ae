# Of more than 40 processes, siblings of one name are one box: numbers in names do not count, where
# they are in the tree and whether they are alive does.
task()
{
	echo "{\"magic\":\"PSTREE\",\"img\":\"pstree.img\"}"
	awk -v n="$1" 'BEGIN {
		print "{\"pid\":1,\"ppid\":0,\"pgid\":1,\"sid\":1,\"threads\":[1]}"
		for (i = 2; i <= n; i++)
			printf "{\"pid\":%d,\"ppid\":%d,\"pgid\":1,\"sid\":1,\"threads\":[%d]}\n",
			       i, i < 6 ? 1 : i < 8 ? 2 : i % 4 + 2, i
		for (i = 1; i <= n; i++) {
			name = i == 1 ? "init" : i < 6 ? "master" (i % 2 ? "a" : "b") : "worker-" i
			printf "{\"magic\":\"CORE\",\"img\":\"core-%d.img\"}\n", i
			printf "{\"mtype\":\"X86_64\",\"tc\":{\"task_state\":%d,\"exit_code\":0,\"personality\":0,\"flags\":0,\"blk_sigset\":0,\"comm\":\"%s\"}}\n",
			       i % 10 == 0 ? 6 : 1, name
		}
	}'
}
# A name in each line, with how many it stands for, and the lines of the tree.
short()
{
	sed -n 's|^\t\(p[0-9]*\) .*<b>\([^<]*\)</b>.*<b>\(×[^<]*\)</b>.*|\1 \2 \3|p; t
		s|^\t\(p[0-9]*\) .*<b>\([^<]*\)</b>.*|\1 \2|p; t
		s|^\t\(p[0-9]* -> p[0-9]*\) .*child.*|\1|p'
}
task 40 | json2img -C small
imgps --dot small 2>/dev/null | short | wc -l
task 90 | json2img -C large
imgps --dot large 2>/dev/null | short
