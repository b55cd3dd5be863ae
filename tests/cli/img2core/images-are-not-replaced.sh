# Who is in the directory of the dump and calls the core core-PID.img would lose an image.
cp -r "$DATA/dumps/memory" d
chmod -R u+w d
cd d || exit
before=$(cat -- * | cksum)
ln -s d/pages-1.img ../link
img2core -p 2375 -o core-2375.img
echo $?
img2core -o core-%p.img .
echo $?
img2core -p 2375 -o ../link .
echo $?
[ "$(cat -- * | cksum)" = "$before" ] && echo whole
img2core -p 2375 -o core.%p && img2core -p 2375 -o ../core-2375.img
ls core.* ../core-*
