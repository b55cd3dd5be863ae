# What the caller closed is neither taken for an empty input nor for a place to write, and
# never becomes the descriptor of an image.
. "$LIB"
f=$DATA/dumps/memory/fs-2375.img
img2json "$f" >text
for tool in img2json json2img imginfo; do
	$tool <&-
	echo "$tool <&-: status $?"
	$tool --version >&-
	echo "$tool --version >&-: status $?"
done
img2json "$f" >&-
echo "status $?"
json2img text >&-
echo "status $?"
imginfo "$f" >&-
echo "status $?"
img2json -o out "$f" >&-
echo "status $?"
cmp out text
json2img -o back text >&- <&-
echo "status $?"
cmp back "$f"
json2img -C dir <(img2json -n "$f") <&- >&- 2>&-
echo "status $?"
left dir
img2json nosuch "$f" 2>&-
echo "status $?"
img2json --nope 2>&-
echo "status $?"
