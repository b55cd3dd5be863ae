# A damaged image: one line, which quotes nothing, and no copy. Wrong usage.
cp -r "$DATA/dumps/bashpipe" dump
imganon -o out dump/files.img
echo $?
truncate -s -3 dump/files.img
imganon -o out dump
echo $?
imganon dump
imganon -o out --keep=nothing dump
imganon -o out --also=path dump
cp -r "$DATA/dumps/bashpipe" packed
img2json packed/inventory.img | jq -c 'if .img_version then .img_version = 3 else . end' | json2img >new && mv new packed/inventory.img
imganon -o out packed
echo $?
mkdir empty
imganon -o out empty
echo $?
ls
