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
mkdir empty
imganon -o out empty
echo $?
ls
