# The stubs of the manual's recipe: files and directories of the names, sizes and modes of the copy.
umask 022
cp -r "$DATA/dumps/tun_ns_ns" dump
echo "key 0123456789abcdef0123456789abcdef" >table
imganon -t table -z dump >dump.tar 2>/dev/null
sed -n '/^tar -xf dump.tar/,/^\.Ed/p' "$SRC/cmd/imganon.1" | sed '$d; s/\\e/\\/g' >stubs
sh stubs
# Names are drawn: of each its length is shown.
find root -printf '%y %m %s %P\n' | awk '{ $4 = length($4); if ($1 == "d") $3 = "-"; print }' | sort | uniq -c | awk '{ $1 = $1; print }'
img2json copy/files.img | jq -r '.reg? // empty | select(.ext != true and .mode >= 32768 and .mode < 36864) | .name' |
	while read -r name; do
		[ -f "root/$name" ] || echo "no stub for $name"
	done
