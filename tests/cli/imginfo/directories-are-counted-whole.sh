# Raw files and stats-dump included; the totals are those of the files.
. "$LIB"
cd "$DATA/dumps" || exit 1
imginfo memory
imginfo -j old-v1.3-k2m2 | head -n 5
imginfo fifo-ghost_h-fakepre
echo "status $?"
imginfo memory-chain/1 memory-chain/2

# Each byte is head, length, message or payload.
while read -r dir; do
	imginfo --json "$dir" | jq -r '[.name, .framing, .entries, .message_bytes + .payload_bytes] | @tsv' |
		while IFS=$'\t' read -r name framing entries bytes; do
			case $framing in
			raw) head=0 ;;
			1.1) head=8 ;;
			*) head=4 ;;
			esac
			[ "$framing" = raw ] || bytes=$((head + 4 * entries + bytes))
			[ "$bytes" = "$(stat -c %s "$name")" ] || echo "$name: $bytes bytes told"
		done
done < <(dumps)
