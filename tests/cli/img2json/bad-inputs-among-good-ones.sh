# A bad one is reported, the others still come, the status is the highest.
cp "$DATA/dumps/memory/fs-2375.img" good.img
head -c 15 good.img >cut.img
echo text >text.img
img2json good.img cut.img text.img good.img
echo "status $?"
img2json nosuch.img text.img good.img nosuch/file
echo "status $?"
img2json text.img nosuch.img
echo "status $?"
