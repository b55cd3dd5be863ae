# Two images of one name in a row would read as one; others in between keep them apart.
mkdir a b
cp "$DATA/dumps/memory/fs-2375.img" a
cp "$DATA/dumps/memory/fs-2378.img" b/fs-2375.img
cp a/fs-2375.img a/fs-1.img
img2json --tag a/fs-2375.img b/fs-2375.img a/fs-1.img
echo "status $?"
img2json --tag a/fs-2375.img a/fs-1.img b/fs-2375.img
echo "status $?"
