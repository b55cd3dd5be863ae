# A disk that is full leaves nothing; neither does a kill at any step (tests/cli/faults).
[ -w /dev/full ] || { echo 'no /dev/full'; exit 77; }
imgconv -n "$DATA/dumps/old-v3.0-k2m1" >/dev/full
echo "$?"
(
	ulimit -f 64
	trap '' XFSZ
	imgconv -t 4.1 -o out "$DATA/dumps/memory"
	echo "$?"
)
ls -A
