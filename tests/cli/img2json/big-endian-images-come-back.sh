# Framing words and payload numbers of a big-endian machine; the messages are the same.
. "$LIB"
msg() { printf '%b' "$1" >m; be32 "$(stat -c %s m)"; cat m; }
desc='\x0a\x0e\x08\x01\x10\x00\x18\x00\x20\x00\x28\x00\x30\x00\x38\x00'

{ be32 0x54564319 0x50273030; msg '\x08\x01\x10\x00\x18\x01\x20\x01\x28\x01'; } >pstree.img
{ be32 0x50273030; msg '\x08\x01\x10\x00\x18\x01\x20\x01\x28\x01'; } >old.img
{ be32 0x58313116; msg '\x08\x02'; } >inventory.img
{ be32 0x55105940 0x57004059; } >irmap-cache
{ be32 0x54564319 0x59573019; msg "$desc"'\x10\x03'; printf '\0\1\0\2\377\376\0\0'; } >sem.img
{
	be32 0x54564319 0x55453737
	msg "$desc"'\x10\x10\x18\x01'
	msg '\x08\x07\x10\x03'
	printf 'abc\0\0\0\0\0'
} >msg.img
{ be32 0x54564319 0x56453709; msg '\x08\x05\x10\x03'; printf abc; } >pipes-data.img
rm m

for f in *; do
	img2json "$f"
	for form in '' --human --document --pretty --tag --name; do
		# shellcheck disable=SC2086
		img2json $form "$f" | json2img | cmp - "$f" || echo "$f: $form does not come back"
		# shellcheck disable=SC2086
		img2json $form "$f" | jq -S . | json2img | cmp - "$f" || echo "$f: $form: jq"
	done
done
imginfo ./*
