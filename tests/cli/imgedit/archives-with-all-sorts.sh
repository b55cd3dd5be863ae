# An archive with what is no image of the dump: links in and out, pipes, directories, logs, a file in
# the place of a link to the parent. What tools list of it, and what a changed dump has.
. "$LIB"
mkdir -p tree/dump/sub
cp "$DATA"/dumps/names/{inventory,pstree,core-8493,fs-8493,files}.img tree/dump
cd tree/dump || exit
echo log >dump.log
cp "$DATA"/dumps/names/ghost-file-1.img odd-name
ln -s core-8493.img core-9999.img
ln -s ../other/files.img out.img
ln -s nowhere dangling
ln -s loop loop
ln pstree.img hard.img
mkfifo pipe
echo x >sub/file
cd ../..
tar -C tree -cf d.tar dump
tar -C tree -czf d.tar.gz dump
for a in d.tar d.tar.gz; do
	echo "-- $a"
	imginfo $a 2>&1 | awk '{ print "  " $1, $2, $NF }' | sort
	imgedit --set core-8493.img:tc.comm=x -o new $a
	tar -C tree --exclude=core-9999.img --exclude=out.img -caf $a dump
	status imgedit --set core-8493.img:tc.comm=x -o new $a 2>&1
	(cd new 2>/dev/null && find . -printf '  %y %f %l\n' | sort)
	rm -rf new
	status imgconv --to=3.17 -o new $a 2>&1 | tail -n 3
	rm -rf new
done
# Parents: a text, an empty one, one with a NUL, one that leads nowhere, to a file, to itself, out.
mkdir c && cp "$DATA"/compressed/2/*.img c && cp -r "$DATA/compressed/1" c
n=0
for parent in '1\n' '' '1\0x' gone 1/pstree.img . ..; do
	printf %b "$parent" >c/parent
	tar -C c -cf c.tar .
	echo "-- parent '$parent'"
	status imgpages --summary c.tar 2>&1 | tail -n 2
	n=$((n + 1))
	status imgmerge -o new$n c.tar 2>&1 | tail -n 2
done
