# What a file system keeps beside the files goes with them; what cannot is said in a line.
. "$LIB"
command -v python3 >/dev/null || { echo 'no python3 to set attributes with'; exit 77; }
cp -r "$DATA/dumps/pipe01_uns" d
chmod -R u+w d
python3 - 2>/dev/null <<-'END' || { echo 'the file system has no attributes'; exit 77; }
	import os
	for name in ['', '/inventory.img', '/files.img', '/pagemap-5.img', '/dump.log']:
	    if name == '/dump.log': open('d' + name, 'w').close()
	    os.setxattr('d' + name, 'user.note', b'of ' + name.encode())
END

show()
{
	python3 - "$1" <<-'END'
		import os, sys
		for name in sorted(os.listdir(sys.argv[1])) + ['.']:
		    path = os.path.join(sys.argv[1], name)
		    for a in os.listxattr(path):
		        if a.startswith('user.'):
		            print(name, ascii(a), os.getxattr(path, a).decode())
	END
}

imgconv --to=4.1 -o o d
show o
imgedit -o e d
show e | diff <(show d) -
# Of an image into which others are joined.
cp -r "$DATA/dumps/old-v1.0-m0" old
chmod -R u+w old
python3 -c 'import os; os.setxattr("old/inventory.img", "user.note", b"of the inventory")'
imgconv -o new old >report
show new
. "$SRC/tests/cli/faults/faults.bash"
python3 -c 'import os; os.setxattr("new/core-25692.img", b"user.\x1b[31m", b"")'
refuse()
{
	FAULT=c:$1:1:2:fsetxattr LD_PRELOAD=$SHIM "${@:2}" >report
}
refuse EACCES imgconv -o p new
refuse ENOSPC imgedit -o q d
status refuse EIO imgedit -o r d
[ ! -e r ]
