# In place of a payload its size as `crit show --nopl` writes it; of messages with their
# heads. Nothing of the payload is left behind for the next entry.
. "$LIB"
cd "$DATA/dumps/by-hand" || exit 1
for f in fifo-data.img ghost-file-[a-d].img ipcns-*.img sk-queues.img tcp-stream-*.img pages-1.img fs-7.img; do
	img2json --no-payload "$f" | grep -o '^{"magic.*\|"extra.*\|"fs.*'
done
img2json -N ../ipc-multi/ipcns-msg-10.img ../ipc-multi/ipcns-sem-10.img ../pipe01_uns/pipes-data.img | grep -o '^{"magic.*\|"extra.*'
img2json -N -d tcp-stream-1f.img
img2json -N -p pages-1.img
for n in 0 1023 1024 1025 1536 49152 49153 1048576 1572864; do
	head -c $n /dev/zero | img2json -r -N | tail -n 1
done
