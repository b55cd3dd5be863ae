# What can be compared is; the other images are named, with their dump.
. "$LIB"
cp -r "$DATA/dumps/memory" a
cp -r a b
rm b/mm-2375.img b/core-2378.img a/files.img
head -c 40 a/fdinfo-2.img >b/fdinfo-2.img
status imgdiff a b
rm b/pages-*
status imgdiff -k memory a b
# A tree with one pid twice, and one with a thread of another.
img2json "$DATA/dumps/memory/pstree.img" >pstree
(cat pstree && tail -n 1 pstree) | json2img -o a/pstree.img
status imgdiff -k process b a
