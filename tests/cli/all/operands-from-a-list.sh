# --files0-from has the operands, as for wc and du; -H names the only directory too.
. "$LIB"
cp -r "$DATA/dumps/memory" 'a b' && cp -r "$DATA/dumps/memory" $'c\nd'
printf '%s\0' 'a b' $'c\nd' >list
for tool in imgps imgfds imgmems imgpages imgcheck imginfo img2json imgsock imgmnt; do
	"$tool" 'a b' $'c\nd' >want 2>&1
	"$tool" --files0-from=list >got 2>&1
	cmp got want
	printf 'a b\0c\nd' | "$tool" --files0-from=- 2>&1 | cmp - want
	"$tool" --files0-from=/dev/null >none 2>&1 || echo "$tool: status $? for an empty list"
	grep -v '^imgcheck: 0 errors' none
done
for tool in imgps imgfds imgmems imgpages imgsock imgmnt; do
	"$tool" -H --json 'a b' | jq -r .dir | sort -u
	"$tool" -H 'a b' | head -n 1
done
imgps --files0-from=list 'a b'
imgps --files0-from=none
printf 'a b\0\0' | imgps --files0-from=-
