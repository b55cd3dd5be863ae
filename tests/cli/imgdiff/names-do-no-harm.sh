# Names that are no text come out escaped, in JSON too.
. "$LIB"
cp -r "$DATA/dumps/names" a
imgedit --path=/srv/demo=/data -o b a >/dev/null
status imgdiff a b
imgdiff --json a b | jq -c '[.kind, .key, .first, .second]' | head -n 12
