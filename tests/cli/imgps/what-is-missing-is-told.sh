# The rest is shown, and the status is 1.
cp -r "$DATA/dumps/memory" dump
chmod -R u+w dump
try()
{
	imgps "$@" dump
	echo "status $?"
	rm -rf dump
	cp -r "$DATA/dumps/memory" dump
	chmod -R u+w dump
}
rm dump/core-2378.img
try
rm dump/core-2378.img
try --json --args --state --creds
rm dump/mm-2375.img
try --args --env --json -p 2375
rm dump/pages-3.img
try --args
rm dump/pagemap-2378.img
try --env -p 2378
rm dump/ids-2375.img dump/inventory.img
try --ns
head -c 30 "$DATA/dumps/memory/core-2375.img" >dump/core-2375.img
try -s
head -c 40 "$DATA/dumps/memory/pstree.img" >dump/pstree.img
try
rm dump/pstree.img
try
rm dump/files.img
try --dot
try -p 4 -p 2379 -p 5
echo "a directory that is none" >file
imgps file
echo "status $?"
