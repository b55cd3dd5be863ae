. "$LIB"
f=$DATA/dumps/memory/pstree.img
img2json "$f" >text
json2img text | cmp - "$f"
json2img <text | cmp - "$f"
json2img - <text | cmp - "$f"
json2img -- text | cmp - "$f"
json2img <(cat text) | cmp - "$f"
{ while read -r line; do echo "$line"; done; } <text | json2img | cmp - "$f"
# Byte by byte.
while IFS= read -r -n 1 c; do printf '%s' "${c:-
}"; done <text | json2img | cmp - "$f"
status json2img nosuch
status json2img .
cp text ./--text
json2img -- --text | cmp - "$f"
