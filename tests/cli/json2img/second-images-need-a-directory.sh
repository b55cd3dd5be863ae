# Without -C there is one output: a second image is refused and nothing stays.
. "$LIB"
D=$DATA/dumps/memory
img2json "$D/fs-2375.img" "$D/fs-2378.img" >two
status json2img -o out two
status json2img two | od -An -c | head -n 0
img2json -t "$D/fs-2375.img" "$D/fs-2378.img" | status json2img -o out
img2json -d "$D/fs-2375.img" "$D/fs-2378.img" | status json2img -o out
rm two
left
