# An archive from a stranger: nothing in it leads out, none is read in part, and each thing that
# is wrong with one is one line.
. "$LIB"
cp -r "$DATA/dumps/bashpipe" checkpoint && chmod -R u+w checkpoint
tar -cf good.tar checkpoint

try()
{
	echo "- $1"
	shift
	"$@" 2>&1 | head -n 3
	echo "status ${PIPESTATUS[0]}"
}
with()
{
	rm -rf w && mkdir w && cp -r checkpoint w/
	(cd w/checkpoint && eval "$1")
	tar -cf "$2" -C w checkpoint
}

echo secret >pstree.img
with 'ln -sf /etc/passwd pstree.img' ck.tar
try 'a link to an absolute path' imgps ck.tar
try 'the same for img2json' img2json -o out.json ck.tar
try 'the same, followed' imgps --follow ck.tar
with 'ln -sf ../../pstree.img pstree.img' ck.tar
try 'a link upward' imgps --follow ck.tar
with 'rm pstree.img; ln -s pstree.img pstree.img' ck.tar
try 'a link to itself' imgps ck.tar
with 'ln -sf core-9982.img pstree.img' ck.tar
try 'a link to another name' imgps ck.tar
with 'mkdir ../x; mv pstree.img ../x; ln -s ../x/pstree.img .; tar -cf ../../ck.tar -C .. checkpoint x' x.tar
try 'a link to a member' eval 'imgps ck.tar | tail -n 1'
try 'the same, which leaves the dump' imgps --beneath ck.tar
with 'ln pstree.img also.img' ck.tar
try 'a hard link' eval 'img2json -N ck.tar | grep -c PSTREE'
with 'rm pstree.img; mkfifo pstree.img' ck.tar
try 'a pipe' imgps ck.tar
with 'ln -s ../../.. parent' ck.tar
try 'a parent outside' eval 'imgcheck --allow=image-missing ck.tar 2>/dev/null'
with 'ln -s . parent' ck.tar
try 'a parent that is the dump' eval 'imgcheck --allow=image-missing ck.tar 2>/dev/null'

tar -cf ck.tar checkpoint checkpoint/pstree.img
try 'a name twice' imgps ck.tar
tar -cPf ck.tar --transform 's|^checkpoint|../checkpoint|' checkpoint
try 'a name that leads out' imgps ck.tar
tar -cPf ck.tar --transform 's|^checkpoint|/tmp/checkpoint|' checkpoint
try 'an absolute one is one within' eval 'imgps ck.tar | tail -n 1'
mkdir -p two/a two/b && cp checkpoint/*.img two/a && cp checkpoint/*.img two/b
tar -cf ck.tar -C two .
try 'two dumps' imgps ck.tar
tar -cf ck.tar --exclude=*.img checkpoint
try 'no dump' imgps ck.tar
try 'the same for img2json' img2json ck.tar
echo text | gzip -n >text.gz
try 'no archive' imgps text.gz
try 'no archive either' imgps pstree.img

# However it is cut. The end of a member is no end of an archive.
size=$(tar -tvf good.tar | awk 'NR > 1 { n += 512 + int(($3 + 511) / 512) * 512 } END { print n + 512 }')
for n in 300 700 5000 20000 30000 "$size"; do
	head -c "$n" good.tar >cut.tar
	imgps cut.tar 2>&1 | sed 's/[0-9]\{3,\}/N/g; s/offset.*tar: .*/tar: what libarchive says/'
done | sort | uniq -c
gzip -nk good.tar
for n in 100 3000 5000; do
	head -c "$n" good.tar.gz >cut.tar.gz
	imgps cut.tar.gz 2>&1
done | sed 's/[0-9a-fx]\{3,\}/N/g' | sort | uniq -c
printf x | dd of=good.tar.gz bs=1 seek=3000 conv=notrunc 2>/dev/null
imgps good.tar.gz 2>&1 | grep -c .

# No place for a spool.
TMPDIR=$PWD/none imgps - <text.gz 2>&1 | grep -c .
# shellcheck disable=SC2002 # from a pipe
cat cut.tar.gz | TMPDIR=$PWD/none imgps -
