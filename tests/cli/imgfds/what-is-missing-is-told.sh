# The rest is shown, and the status is 1.
fresh()
{
	rm -rf dump
	cp -r "$DATA/dumps/bashpipe" dump
	chmod -R u+w dump
}
try()
{
	imgfds -p 10153 -p 10154 "$@" dump
	echo "status $?"
	fresh
}
fresh
rm dump/ids-10153.img
try
rm dump/fs-10154.img
try
rm dump/files.img
try
rm dump/fdinfo-*.img
try
rm dump/pstree.img
try
head -c 300 "$DATA/dumps/bashpipe/files.img" >dump/files.img
try
head -c 20 "$DATA/dumps/bashpipe/ids-10153.img" >dump/ids-10153.img
try -t pipe
: >dump/fs-10153.img
try -t reg
imgfds -p 4 dump
echo "status $?"
imgfds nosuch dump 2>&1 | head -n 4
