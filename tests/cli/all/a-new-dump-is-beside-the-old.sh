# What is made of a dump does not lie inside of it, whatever way leads there: the dump would have
# changed, and with a directory called `parent` a restore would read that too.
cp -r "$DATA/dumps/bashpipe" d
chmod -R u+w d
mkdir d/sub far
ln -s ../d/sub far/link
ln -s d short
ls -R d >before
made()
{
	for at in d/new d/parent/ d/../d/new short/new far/link/new far/link/../new "$PWD/d/new"; do
		"$@=$at" d 2>"$1.err"
		echo "$1 $? $(sed "1!d;s|$PWD|PWD|" "$1.err")"
	done
	(cd d/sub && "$@=new" .. 2>&1 | sed 1q)
	"$@=far/../new" short >/dev/null 2>&1
	echo "$? $(find . -path "./new/*" | wc -l)"
	rm -rf new
	ls -R d | diff before -
}
made imgedit --output
made imganon --output
made imgconv --output
made imgconv -n --output
made imgmerge --output
made imgserve --view
