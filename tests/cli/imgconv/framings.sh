# Framing 1.1 to 1.0 and back is exact, and nothing else changes.
for name in names bashpipe fifo_wronly_ns kitchen-irmap-pre; do
	imgconv --framing=1.0 -o old "$DATA/dumps/$name" >report || echo "$name: down"
	imgconv --framing=1.1 -o new old >>report || echo "$name: up"
	diff -r "$DATA/dumps/$name" new
	imginfo old | grep -c 'framing 1.1\|1\.1'
	rm -r old new
done
cat report

# A queue may be missing in new dumps, and still is in framing 1.0, whose CRIU wrote it always.
cp -r "$DATA/dumps/ipc-multi" ipc && chmod -R u+w ipc && rm ipc/ipcns-msg-10.img
cp "$DATA/dumps/cgroup01_h/cgroup.img" "$DATA/dumps/by-hand/filelocks.img" ipc
imgconv --framing=1.0 -o old ipc >report && imgcheck old 2>report && imgconv --framing=1.1 -o new old >report
diff -r ipc new
