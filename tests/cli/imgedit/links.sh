# --link: unchanged images are linked, what changes is not; what CRIU writes is copied.
. "$LIB"
cp -r "$DATA/dumps/socket-tcp-nft-nfconntrack_h" dump
for how in hard symlink copy; do
	imgedit --link=$how --port=8880=1 -o $how dump >/dev/null
	(cd $how && find . -name 'core*' -printf '%f %y %n\n' -o -name 'files.img' -printf '%f %y %n\n' -o -name 'stats*' -printf '%f %y %n\n' | sort)
	imgcheck -A image-missing $how
done
diff -r hard symlink && diff -r copy hard
