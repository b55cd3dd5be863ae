# Copies that follow links (cp -L, tar -h, object stores) leave a directory in the place of the
# link `parent`: the tools answer for it as for the link.
. "$LIB"
cp -r "$DATA/dumps/memory-chain" link && chmod -R u+w link
cp -rL link dir
for tool in "imgpages -s" imgpages "imgps -a" "imgmems -r" imgfds imgcheck "img2json -N"; do
	for n in 1 2 3; do
		(cd link/$n && $tool .) 2>&1 | grep -v -e 'parent/' -e '\.\./' >want
		(cd dir/$n && $tool .) 2>&1 | grep -v -e 'parent/' >got
		cmp want got || diff want got | head -n 5
	done
done
imgpages -s dir/3 | tail -n 1
rm -r dir/2/parent && mkfifo dir/2/parent
imgpages -s dir/2 2>&1 | grep parent:
