# A dead task is one line, and no file; the others come. Several need names.
. "$LIB"
cp -r "$DATA/dumps/memory" d
status img2core -p 2379 -o core d
status img2core -p 2375 -p 2379 -o 'core.%p' d
left . | grep core | grep -v "^./d/"
rm core*
status img2core -o '%%core.%p' d
left . | grep core | grep -v "^./d/"
status img2core -o core d
status img2core -p 1 -o core d
status img2core -p 2375 -t 2378 -o core d
status img2core --files=all -o core d
status img2core -p 2375 --signal=NOSUCH d
status img2core -p 2375 -R nowhere d
