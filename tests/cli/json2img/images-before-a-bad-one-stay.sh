# With -C: those that are complete stay, the refused one is not written or leaves the old
# one in place, nothing behind it is read.
. "$LIB"
good() { printf '{"magic":"FS","img":"%s"}\n{"cwd_id":1,"root_id":2}\n' "$1"; }
for bad in '{"cwd_id":1}' '{"cwd_id":1,"root_id":2' '{"cwd_id":1,"root_id":2,"x":3}' 'x' '{"magic":"NOPE"}'; do
	rm -rf dir
	mkdir dir
	echo old >dir/b
	{ good a; printf '{"magic":"FS","img":"b"}\n%s\n' "$bad"; good c; } | status json2img -C dir
	left dir
	cat dir/b
done
