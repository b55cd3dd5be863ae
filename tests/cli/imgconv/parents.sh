# A parent that is a directory is converted with its child, one that is a link stays one, and a
# parent with compressed pages has its say.
cp -r "$DATA/dumps/memory" one
mkdir chain
imgconv -z lz4 -o chain/1 one >/dev/null
cp -r one chain/2
ln -s ../1 chain/2/parent
imgconv --to=4.2 -o chain/3 chain/2
echo "$?"
imgconv --to=dev -z none -o chain/3 chain/2
readlink chain/3/parent
imgconv --to=4.2 --chain -j -o all chain/3
ls all
img2json all/3/inventory.img | grep -o '"img_version":[0-9]*'
cp -rL chain/3 within
imgconv -o plain within >/dev/null
test -d plain/parent && ! test -L plain/parent && imgcheck plain 2>&1 | tail -1
diff -r one plain/parent
mkdir twins twins/a twins/b
cp -r one twins/a/img
cp -r one twins/b/img
ln -s ../../a/img twins/b/img/parent
imgconv -C -o out twins/b/img
echo "$?"
