# --keep=stacks: a chain of frames above the stack pointer can be walked in the copy, and no data is
# there; what is below the pointer, in the rest of memory, and without the option is gone.
cp -r "$DATA/dumps/memory" dump
sp=$(img2json dump/core-2375.img | jq '.thread_info.gpregs.sp // empty')
pages=$(img2json dump/pagemap-2375.img | jq '.pages_id // empty')
text=$(imgmems dump | awk '$2 == "r-x" && $3 ~ /app$/ { sub("-.*", "", $1); print $1; exit }')
# The offset in the pages file of an address.
offset()
{
	img2json dump/pagemap-2375.img | jq -r --argjson at "$1" -s 'def n: .nr_pages // .compat_nr_pages;
		reduce (.[] | select(.vaddr and ((.flags // 4) / 4 | floor) % 2 == 1)) as $e ({off: 0};
			if $at >= $e.vaddr and $at < $e.vaddr + ($e | n) * 4096
			then .found = .off + $at - $e.vaddr else . end | .off += ($e | n) * 4096) | .found'
}
word()
{
	local i out=
	for i in 0 8 16 24 32 40 48 56; do
		out+=$(printf '\\x%02x' $(($1 >> i & 255)))
	done
	printf '%b' "$out"
}
first=$((sp + 256)) code=$((0x$text + 16))
poke()
{
	dd of="dump/pages-$pages.img" bs=1 seek="$(offset "$1")" conv=notrunc status=none
}
for i in 0 1 2 3 4 5 6 7 8; do
	at=$((first + i * 48))
	{
		word $((i < 8 ? at + 48 : 0))
		word $((code + i))
		printf 'Kalifragil Kalifragil Kalifragil'
	} | poke $at
done
printf 'Kalifragil' | poke $((sp - 64))
# The frame pointer leads to the first frame, another register holds data.
img2json dump/core-2375.img | jq -c "if .thread_info then .thread_info.gpregs.bp = $first | .thread_info.gpregs.ax = 123456789 else . end" |
	json2img >new && mv new dump/core-2375.img
imganon --keep=stacks -o out dump >/dev/null
img2json out/core-2375.img | jq --argjson bp $first -c '.thread_info.gpregs // empty | [.bp == $bp, .ax]'
imganon -o plain dump >/dev/null
read_word()
{
	imgpages -p 2375 --read "$2+8" "$1" | od -An -tu8 | tr -d ' '
}
for d in dump out plain; do
	at=$first n=0
	while [ "$at" != 0 ] && ret=$(read_word $d $((at + 8))) && [ "$ret" = $((code + n)) ]; do
		n=$((n + 1)) at=$(read_word $d "$at")
	done
	echo "$d: $n frames, $(cat $d/pages-* | grep -c Kalifragil) lines of data"
done
# All that is left of the stack points into a mapping of the task, but not all that did is left.
imgpages -p 2375 --read '[stack]' out | od -An -v -tx8 -w8 | tr -d ' ' | grep -v '^0*$' >left
imgmems out | awk '$2 ~ /x/ || /stack/ { split($1, m, "-"); print m[1], m[2] }' >mappings
awk 'NR == FNR { a[NR] = sprintf("%16s", $1); b[NR] = sprintf("%16s", $2); gsub(" ", "0", a[NR]); gsub(" ", "0", b[NR]); n = NR; next }
	{ ok = 0; for (i = 1; i <= n; i++) ok = ok || ($1 >= a[i] && $1 < b[i]); if (!ok) print "astray", $1 }' mappings left | sort -u
