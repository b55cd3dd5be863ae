. "$LIB"
[ -c /dev/full ] || { echo 'no /dev/full here'; exit 77; }
f=$DATA/dumps/memory/pstree.img
img2json "$f" >text
head -c 300000 /dev/zero | img2json -r >large
for form in '' --document --pretty --human --tag; do
	# shellcheck disable=SC2086
	img2json $form "$f" >/dev/full
	echo "status $?"
done
img2json -r large >/dev/full
echo "status $?"
img2json "$f" large "$f" >/dev/full
echo "status $?"
json2img text >/dev/full
echo "status $?"
json2img large >/dev/full
echo "status $?"
imginfo "$f" >/dev/full
echo "status $?"
imginfo --json "$f" >/dev/full
echo "status $?"
for tool in img2json json2img imginfo; do
	$tool --help >/dev/full
	echo "status $?"
	$tool --version >/dev/full
	echo "status $?"
done
status img2json -o /dev/full large --raw
status json2img -o /dev/full large
# Words that nobody can read change no status.
img2json nosuch 2>/dev/full
echo "status $?"
img2json --nope 2>/dev/full
echo "status $?"
