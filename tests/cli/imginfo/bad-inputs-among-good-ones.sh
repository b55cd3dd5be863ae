. "$LIB"
cp "$DATA/dumps/memory/fs-2375.img" good.img
head -c 15 good.img >cut.img
echo text >text.img
mkdir empty
status imginfo good.img cut.img text.img good.img
status imginfo --json good.img cut.img nosuch.img good.img
status imginfo empty
status imginfo cut.img
status imginfo --raw text.img
status imginfo </dev/null
status imginfo --json - <good.img
