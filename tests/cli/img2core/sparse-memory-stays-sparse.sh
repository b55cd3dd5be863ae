# --compact: thousands of pages far apart are not joined by writing the zeros between them.
. "$LIB"
cp -r "$DATA/dumps/memory" d
img2json d/mm-2375.img | jq -c 'if .vmas then .vmas |= [.[0] + {start: "65536", end: "10485825536", pgoff: "0", shmid: "0", prot: 3,
	flags: 34, status: 513}] + . else . end' >mm && json2img -o d/mm-2375.img mm
img2json d/pagemap-2375.img | jq -c 'if .pages_id then ., (range(10000) | {vaddr: "\(65536 + . * 1048576)", compat_nr_pages: 0, flags: 4,
	nr_pages: "1"}) else . end' >pagemap && json2img -o d/pagemap-2375.img pagemap
id=$(jq -r '.pages_id // empty' pagemap)
{ head -c $((10000 * 4096)) /dev/zero && cat "d/pages-$id.img"; } >pages && mv pages "d/pages-$id.img"
img2core --compact -p 2375 -o core d
[ "$(stat -c %s core)" -lt $((64 << 20)) ] || stat -c 'core of %s bytes' core
