# --summary: what a dump holds in all; the same of an archive of it, and of a chain.
. "$LIB"
cp -r "$DATA/dumps/memory" "$DATA/dumps/memory-chain" . && chmod -R u+w memory memory-chain
imginfo -s memory
echo
imginfo --summary memory-chain/3 | grep -e total -e images -e parent
# An engine has stats-dump beside the dump.
mkdir ck && cp -r memory ck/checkpoint && mv ck/checkpoint/stats-dump ck/
tar -cf ck.tar -C ck . && gzip -nk ck.tar
imginfo -sj ck >want
for ck in ck.tar ck.tar.gz; do
	imginfo -sj $ck | sed 's|"ck.tar\(.gz\)\?/|"ck/|' | cmp - want
done
jq -c .dump want
imginfo -sj memory | jq -c 'del(.images.STATS, .chain)' | cmp - <(jq -c 'del(.images.STATS, .chain)' want)
# Sums agree with what other tools say.
# Pages that are not bundled are missing.
cp -r "$DATA/dumps/socket-tcp-nft-nfconntrack_h" tcp
imginfo -sHj memory tcp >both 2>/dev/null
jq -r '"\(.processes) \(.descriptors) \(.memory.total.present_bytes)"' both
imgps memory | tail -n +2 | wc -l
imgfds --json memory | jq -s 'map(select(.fd | numbers)) | length'
imgpages -s --json memory | jq 'select(.kind == "total" and (.pid | not)).present_bytes'
jq -c 'select(.sockets != {}) | [.sockets, .namespaces]' both
imginfo -s tcp 2>/dev/null | grep -e sockets -e names
# A pre-dump has memory only.
cp -r memory-chain/1 pre && imginfo -s pre | grep -v -e '^  '
imginfo -s none
imginfo -sr memory
imginfo -H memory
