# A tree whose tasks have no images: some of the failures are reported, then how many more.
. "$LIB"
mkdir dump
jq -nc '{magic: "PSTREE"}, (range(1; 1001)
	| {pid: ., ppid: (if . == 1 then 0 else 1 end), pgid: ., sid: ., threads: [.]})' |
	json2img -o dump/pstree.img
for tool in imgps imgfds imgmems; do
	$tool dump >out 2>err
	echo "$tool: $?, $(wc -l <out) lines; $(wc -l <err): $(tail -n 1 err)"
done
