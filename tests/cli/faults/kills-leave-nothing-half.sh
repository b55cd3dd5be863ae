# kill -9 before and after each call: what has its name is old or whole, all else has the
# name of a temporary file, and the next run succeeds.
. "$LIB"
. "$SRC/tests/cli/faults/faults.bash"
write_files rwco kill-before each
write_files rwco kill-after each
write_dumps wc kill-before each
write_dumps wc kill-after each
write_dumps o kill-after way
