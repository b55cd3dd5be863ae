# A file whose size cannot be asked for is not read as a pipe, which ends anywhere.
. "$LIB"
. "$SRC/tests/cli/faults/faults.bash"
PATH=$BUILD/dropin:$PATH
cp "$DATA/dumps/names/pstree.img" p.img
img2json p.img >p.json
for call in fstat lseek; do
	export FAULT=o:EIO:1:9:$call
	for command in 'crit decode -i p.img' 'crit info p.img' 'json2img -o new p.json'; do
		LD_PRELOAD=$SHIM $command >out
		echo "status $?"
		[ ! -s out ] || echo "output of $command"
	done
done
left .
