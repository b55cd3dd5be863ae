. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
for VERSION in 0 1 2 3 4; do
	usual d$VERSION
	echo "== img_version $VERSION"
	status imgpages -r 0x10000+0x1000 d$VERSION 2>&1 | tr -s a
	echo
done
VERSION=2
usual e
echo x >e/cipher.img
status imgpages e
# The same of a parent.
vma 0x10000 0x18000 513 | dump child 7
pagemap child 7 1 0x10000:1:1
for dir in d3 e; do
	ln -sfn ../$dir child/parent
	status imgpages -r 0x10000+1 child
done
