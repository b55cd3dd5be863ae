# -C makes DIR, but not its parents; what is there already stays or is replaced.
. "$LIB"
D=$DATA/dumps/memory
img2json "$D/fs-2375.img" "$D/fs-2378.img" >text
status json2img -C new text
left new
cmp new/fs-2375.img "$D/fs-2375.img"
stat -c %a new/fs-2375.img
status json2img --directory=no/new text
status json2img -C text text
mkdir there
echo old >there/fs-2375.img
echo kept >there/other
status json2img -C there text
cmp there/fs-2375.img "$D/fs-2375.img"
cat there/other
ln -s there link
status json2img -C link text
left link/
img2json <"$D/fs-2375.img" | status json2img -C there
json2img -C there <(img2json -n "$D/pstree.img") && cmp there/pstree.img "$D/pstree.img"
# A name that is not UTF-8, or hard on shells, is a name.
name=$(printf 'a b\n\377\033"\\.img')
cp "$D/fs-2375.img" "$name"
img2json -n "$name" | head -n 1
img2json -n "$name" | json2img --any-name -C odd && cmp "$name" "odd/$name"
img2json -t "$name" | json2img --any-name -C odd2 && cmp "$name" "odd2/$name"
