# Characters that show nothing, or turn the order of what follows, reach no terminal; and a name
# that spells an escape does not look like one.

mkdir d
cp "$DATA/dumps/bashpipe/"*.img d
jq_names='walk(if type == "string" and test("^/") then . + "\u202e\u2066\u200b\\\\x1b" else . end)
	| if .tc.comm then .tc.comm = "\u202e\\\\x0a" else . end'
for f in files core-9982; do
	img2json d/$f.img | jq -c "$jq_names" | json2img -o d/$f.img
done

hidden()
{
	grep -cE $'\xe2\x80\xae|\xe2\x81\xa6|\xe2\x80\x8b'
}
for tool in imgps 'imgps --json' 'imgps --dot' imgfds 'imgfds --json' 'imgfds -o +comm' imgsock imgmems imgcheck \
	'imgcheck --json' 'img2json' 'img2json -d' 'img2json --human'; do
	# shellcheck disable=SC2086
	printf '%s: %s\n' "$tool" "$($tool d 2>&1 | hidden)"
done
imgps -p 9982 d
imgfds -p 9982 d | head -n 4
