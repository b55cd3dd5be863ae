# However often a damaged process tree names it: the work is that of the memory there is.
cp -r "$DATA/dumps/memory" dump && cd dump || exit
{
	img2json pstree.img
	jq -cn 'range(50000) | {pid: 2375, ppid: 0, pgid: 2375, sid: 2375, threads: [2375]}'
} | json2img -o pstree.img
imgpages -F --grep SWORDFISH . | wc -l
imgpages . | grep -c '^2375$'
