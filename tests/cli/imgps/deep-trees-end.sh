# 100,000 levels: no recursion, and text that does not grow with the square of the depth.
awk 'BEGIN {
	print "{\"magic\":\"PSTREE\",\"img\":\"pstree.img\"}"
	for (i = 1; i <= 100000; i++)
		printf "{\"pid\":%d,\"ppid\":%d,\"pgid\":1,\"sid\":1,\"threads\":[%d]}\n", i, i - 1, i
}' | json2img -C dump
imgps --json dump 2>err | tail -n 1
imgps dump 2>/dev/null | sed -n 's/    */ /g; 2p; 1001,1003p; $p'
imgps --dot dump 2>/dev/null | grep -c -e '->'
# There is no other image: each one is told of.
sort -u err | wc -l
head -n 1 err
