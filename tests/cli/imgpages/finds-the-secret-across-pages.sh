# It begins 16 bytes before the end of a page.
IFS=$'\t' read -r pid addr text <"$DATA/dumps/memory.facts/secret.tsv"
for dir in memory memory-chain/3; do
	imgpages -F --grep "$text" "$DATA/dumps/$dir" >out || echo "status $?"
	grep -q "^$pid 0x$addr \[anon\] $text\$" out || cat out
	imgpages -j -i --grep 'swordfish-[a-z-]{23}$' -C 0 "$DATA/dumps/$dir" | jq -c 'select(.mapping == "[stack]")'
done
