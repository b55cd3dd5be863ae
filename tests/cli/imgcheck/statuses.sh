# 0 sound, 1 errors, 2 usage, 3 could not be looked at; the highest of several directories.
try() { imgcheck "$@"; echo "status $?"; }
mkdir empty
cp -r "$DATA/dumps/memory" no-inventory && rm no-inventory/inventory.img
cp -r "$DATA/dumps/memory" no-pstree && rm no-pstree/pstree.img
ln -s loop loop
echo text >file
try "$DATA/dumps/memory" "$DATA/dumps/memory/"
try empty
try no-inventory
try no-pstree
try none empty
try loop "$DATA/dumps/memory"
try file
try
