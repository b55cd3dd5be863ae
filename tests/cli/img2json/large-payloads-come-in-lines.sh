# Up to 48 KiB a payload stands in its entry; a larger one follows it in lines of 48 KiB,
# with an empty one at the end. json2img puts either together again.
. "$LIB"
k48=49152
seq 100000 | head -c 400000 >bytes

varint() { local v=$1; while [ "$v" -ge 128 ]; do printf '%b' "$(printf '\\x%02x' $((v & 127 | 128)))"; v=$((v >> 7)); done; printf '%b' "$(printf '\\x%02x' "$v")"; }
entry() { cat >m; le32 "$(stat -c %s m)"; cat m; }
desc() { printf '\12\16\10\1\20\0\30\0\40\0\50\0\60\0\70\0'; }

pipe() { le32 0x54564319 0x56453709; for n; do { printf '\10\5\20'; varint "$n"; } | entry; head -c "$n" bytes; done; }
sock() { le32 0x54564319 0x56264026; { printf '\10\5\20'; varint "$1"; } | entry; head -c "$1" bytes; }
ghost() { le32 0x54564319 0x52583605; printf '\10\0\20\0\30\0' | entry; head -c "$1" bytes; }
chunk() { le32 0x54564319 0x52583605; printf '\10\0\20\0\30\0\110\1\120\0' | entry; { printf '\10'; varint "$1"; printf '\20\0'; } | entry; head -c "$1" bytes; }
tcp() { le32 0x54564319 0x51465506; { printf '\10'; varint "$1"; printf '\20\0\30'; varint "$2"; printf '\40\0\50\0\60\0\70\0'; } | entry; head -c $(($1 + $2)) bytes; }
shm() { le32 0x54564319 0x46283044; { desc; printf '\20'; varint "$1"; } | entry; head -c "$1" bytes; printf '%b' "$2"; }
sem() { le32 0x54564319 0x59573019; { desc; printf '\20'; varint "$1"; } | entry; head -c $((($1 * 2 + 7) / 8 * 8)) bytes; }
msg() { le32 0x54564319 0x55453737; { desc; printf '\20\0\30\1'; } | entry; { printf '\10\1\20'; varint "$1"; } | entry; head -c $((($1 + 7) / 8 * 8)) bytes; }
bpf() { le32 0x54564319 0x64324033; { printf '\10\1\20'; varint "$1"; printf '\30'; varint "$2"; printf '\40\1'; } | entry; head -c $(($1 + $2)) bytes; }
raw() { head -c "$1" bytes; }

show() {
	echo "$*"
	"$@" >image.img
	raw=
	[ "$1" != raw ] || raw=--raw
	img2json $raw image.img |
		jq -c 'if has("magic") then empty
			elif has("at") then [.at, (.extra | length), ."@pad"]
			elif .extra | type == "object" then .extra | map_values(length)
			elif has("extra") then [(.extra | length), ."@pad"]
			else "entry" end' | uniq -c | sed 's/^ */	/'
	for form in '' --document --pretty --human --tag; do
		img2json $raw $form image.img | json2img | cmp - image.img || echo "$form does not come back"
		[ -z "${SAN:-}" ] || continue
		img2json $raw $form image.img | jq -c . | json2img | cmp - image.img || echo "$form: jq"
	done
	# From a pipe, where no length is known before the end.
	cmp <(img2json $raw image.img) <(img2json $raw <(cat image.img)) || echo 'a pipe differs'
}

for kind in pipe sock ghost chunk raw; do
	show $kind $((k48 - 1))
	show $kind $k48
	show $kind $((k48 + 1))
	show $kind $((2 * k48))
	show $kind $((2 * k48 + 1))
done
show pipe $((k48 + 1)) 0 $k48 $((3 * k48)) 1
show tcp $k48 0
show tcp 0 $k48
show tcp 1 $((k48 - 1))
show tcp $((k48 - 1)) 1
show tcp 1 $k48
show tcp $k48 1
show tcp $((k48 + 1)) $((k48 + 1))
show tcp 30000 70000
show shm $k48
show shm $((k48 - 3)) '\0\0\0'
show shm $((k48 + 1)) '\0\0\0'
show shm $((k48 + 1)) '\1\2\3'
show sem 25000
show sem 24579
show msg $k48
show msg $((k48 + 1))
show bpf $k48 0
show bpf 1 $k48
