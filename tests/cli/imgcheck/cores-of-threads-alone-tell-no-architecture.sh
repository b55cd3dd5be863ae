# All tasks have lost their cores: that of another thread has none to be compared with.
{
	echo '{"img":"pstree.img","magic":"PSTREE"}'
	echo '{"img":"pstree.img","magic":"PSTREE","entry":
		{"pid":1,"ppid":0,"pgid":1,"sid":1,"threads":[1,2]}}'
	img2json --tag "$DATA/dumps/memory/core-2375.img" |
		jq -c '.img = "core-2.img" | del(.entry.tc)'
} | json2img -C dump
imgcheck dump
