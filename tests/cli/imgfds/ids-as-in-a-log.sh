# The ids of files, in hex as criu's logs have them, and the holders of one.
cd "$DATA/dumps/memory" || exit 1
imgfds --ids -p 2378
echo '== one file'
imgfds --id=0x9 --ids
imgfds --id 9 --json | jq -c '[.pid, .fd, .id]'
echo '== none'
imgfds --id=0xffff
for id in '' 0x x 0x100000000 -1; do
	imgfds --id="$id" 2>&1 | head -n 1
done
