# A pipe, a directory, packed files: one line of each tool, the same one for all processes,
# and none that waits.
. "$LIB"
fresh()
{
	echo "$1"
	rm -rf dump
	cp -r "$DATA/dumps/memory" dump
	chmod -R u+w dump
}
each()
{
	imgcheck dump
	for tool in 'imgps -a' imgfds 'imgmems -r' 'imgpages -s' 'imgpages -x -r all'; do
		# shellcheck disable=SC2086 # words on purpose
		status timeout 120 $tool dump >.out
		grep '^status' .out
	done 2>&1
}
fresh pipe
rm dump/mm-2375.img
mkfifo dump/mm-2375.img
each
fresh directory
rm dump/files.img
mkdir dump/files.img
each
fresh gzip
gzip -c "$DATA/dumps/memory/files.img" >dump/files.img
each
fresh JSON
img2json "$DATA/dumps/memory/pagemap-2378.img" >dump/pagemap-2378.img
each
