# What is made of a dump does not lie inside of it, whatever way leads there: the dump would have
# changed, and with a directory called `parent` a restore would read that too.
cp -r "$DATA/dumps/bashpipe" d
chmod -R u+w d
mkdir d/sub far
ln -s ../d/sub far/link
ln -s d short
find d | sort >before

# made TOOL ARG...: the last one is an option, which gets a name
made()
{
	local tool=$1 n=$(($# - 1))
	local last=${!#}

	for at in d/new d/parent/ d/../d/new short/new far/link/new far/link/../new "$PWD/d/new"; do
		"${@:1:n}" "$last=$at" d 2>err
		echo "$tool $? $(sed "1!d;s|$PWD|PWD|" err)"
	done
	(cd d/sub && "${@:1:n}" "$last=new" .. 2>&1 | sed 1q)
	"${@:1:n}" "$last=far/../new" short >/dev/null 2>&1
	echo "$? $(find . -path './new/*' | wc -l)"
	rm -rf new
	find d | sort | diff before -
}
made imgedit --output
made imganon --output
made imgconv --output
made imgconv -n --output
made imgmerge --output
made imgserve --view
