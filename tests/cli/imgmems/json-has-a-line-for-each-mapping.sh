# The program first, then each vma_entry as img2json has it, its name and its line of text.
D=$DATA/dumps/memory
imgmems "$D" | grep -c '^	'
imgmems --json "$D" | wc -l | tr -d ' '
for mm in "$D"/mm-*.img; do
	img2json "$mm" | sed 1d | jq -c '.vmas[]'
done >vmas
imgmems --json "$D" | jq -c 'select(.start) | del(.pid, .path, .memfd, .text, .deleted)' | diff vmas -
imgmems "$D" | sed -n 's/^	//p' | grep -v ^exe >text
imgmems --json "$D" | jq -r 'select(.start) | .text' | diff text -
imgmems --json "$D" | sed -n '1,2p'
imgmems --json "$DATA/dumps/names" | jq -c 'select(.memfd) | [.pid, .memfd]'
