D=$DATA/dumps/by-hand
for text in \
	'{"entries":[{"mode":33152,"gid":0,"uid":0,"extra":"dGhlIHJlc3Qgb2YgdGhlIGZpbGUK"}],"magic":"GHOST_FILE"}' \
	'{"img":"x","magic":"GHOST_FILE"}{"extra":"dGhlIHJlc3Qgb2YgdGhlIGZpbGUK","uid":0,"gid":0,"mode":33152}' \
	'{"entry":{"gid":0,"extra":"dGhlIHJlc3Qgb2YgdGhlIGZpbGUK","mode":33152,"uid":0},"img":"x","magic":"GHOST_FILE"}' \
	'{"magic":"GHOST_FILE"}{"uid":0,"gid":0,"mode":33152}{"at":0,"extra":"dGhlIHJlc3Qgb2YgdGhlIGZpbGUK"}{"at":21,"extra":""}' \
	'{"magic":"GHOST_FILE","img":"x"}{"uid":0,"gid":0,"mode":33152}{"at":0,"img":"x","extra":"dGhlIHJlc3Qgb2YgdGhlIGZpbGUK"}{"img":"x","at":21,"extra":""}'; do
	echo "$text" | json2img | cmp - "$D/ghost-file-c.img" || echo "$text"
done

# A field called magic makes no header of an entry of BINFMT_MISC, wherever it stands.
B=$DATA/dumps/binfmt-uns-VIRTUALIZED-build/binfmt-misc.img
img2json "$B" | json2img | cmp - "$B"
img2json "$B" | jq -S -c . | json2img | cmp - "$B"
img2json "$B" | jq -c 'if has("mask") then {magic, name} + . else . end' | tee text | json2img | cmp - "$B"
grep -c '^{"magic":"7f' text
img2json -t "$B" | jq -c 'if .entry.mask then .entry |= {magic, offset, name} + . else . end' | json2img | cmp - "$B"
img2json -d "$B" | jq -c '.entries[] |= if .mask then {magic, name} + . else . end' | json2img | cmp - "$B"
img2json -d "$B" | jq -c '{entries: [.entries[] | if .mask then {magic, name} + . else . end], magic}' | json2img | cmp - "$B"
