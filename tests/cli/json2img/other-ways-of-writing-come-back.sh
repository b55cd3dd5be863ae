# What another program wrote in its own way comes back byte for byte, from every form.

# pstree.img with an entry of those bytes.
image()
{
	# shellcheck disable=SC2059
	printf "\x19\x43\x56\x54\x30\x30\x27\x50\x$(printf %02x $((${#1} / 4)))\0\0\0$1"
}

while read -r bytes what; do
	echo "$what"
	image "$bytes" >pstree.img
	img2json pstree.img | tail -n 1
	for form in '' -d -p -u -t; do
		# shellcheck disable=SC2086
		img2json $form pstree.img >json
		json2img <json | cmp - pstree.img
		[ "$form" ] || jq -cS . json | json2img | cmp - pstree.img
	done
done <<'EOF'
\x08\x01\x10\x02\x18\x03\x20\x04 plain
\x10\x02\x08\x01\x18\x03\x20\x04 out of order
\x08\x01\x08\x09\x10\x02\x18\x03\x20\x04 twice
\x08\x81\x80\x80\x80\x10\x10\x02\x18\x03\x20\x04 33 bits
\x08\x81\x00\x10\x02\x18\x03\x20\x04 padded
\x88\x00\x01\x10\x02\x18\x03\x20\x04 padded tag
\x08\x01\x10\x02\x18\x03\x20\x04\x2a\x02\x05\x06 packed
\x08\x01\x38\x05\x10\x02\x18\x03\x20\x04 unknown field out of place
EOF

echo edited: encoded anew
image '\x10\x02\x08\x01\x18\x03\x20\x04' | img2json | jq -c 'if .pid then .pid = 7 else . end' |
	json2img | od -An -tx1
