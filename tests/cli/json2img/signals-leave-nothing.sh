# Whatever ends it, no temporary file stays, and no directory that was made for nothing.
. "$LIB"
if ! python3 -c 'import os; os.open(".", os.O_TMPFILE | os.O_WRONLY)' 2>/dev/null; then
	echo 'no files without names here'
	exit 77
fi
img2json "$DATA/dumps/memory/pages-1.img" -n >text
for sig in TERM HUP KILL PIPE; do
	rm -rf new
	mkfifo text.$sig
	json2img -C new text.$sig &
	pid=$!
	exec 9>text.$sig
	head -n 20 text >&9
	# Until it has read all of it, and waits for more.
	until [ -d new ] && grep -q 'S (sleeping)' /proc/$pid/status; do sleep 0.05; done
	kill -$sig $pid
	exec 9>&-
	wait $pid 2>/dev/null
	echo "$sig: $(left new | wc -l)"
done
rm -rf new
(ulimit -f 8; status json2img -C new text)
[ ! -e new ] || echo left
status json2img -C new <<<'{"magic":"FS","img":"fs-1.img"}{"cwd_id":1}'
[ ! -e new ] || echo left
mkdir old
status json2img -C old <<<'{"magic":"FS","img":"fs-1.img"}{"cwd_id":1}'
ls -d old
