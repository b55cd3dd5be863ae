# kill -9 before and after each call: what has its name is old or whole, all else has the
# name of a temporary file, and the next run succeeds.
. "$LIB"
. "$SRC/tests/cli/faults/faults.bash"
if [ -e "$BUILD/cmd/tool.gcno" ]; then
	echo 'what is killed writes down no lines that it ran'
	exit 77
fi
write_files rwco kill-before way
write_files rwco kill-after each
write_dumps wc kill-before way
write_dumps wc kill-after each
write_dumps o kill-after way
