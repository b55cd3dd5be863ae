# Names that are not UTF-8 or hold control bytes: escaped in text, whole in JSON. The zombie
# has no descriptors.
D=$DATA/dumps/names
imgfds "$D"
echo "status $?"
imgfds --json "$D" | jq -r 'select(.pid == 8493) | .reg.name // .usk.name // .inode.name // empty |
	if type == "string" then . else "base64 " + .["@base64"] end'
imgfds --json -p 8496 "$D"
