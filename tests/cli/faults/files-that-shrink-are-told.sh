# Files that lose a half, or all, while they are read: no signal, and no success with less.
. "$LIB"
. "$SRC/tests/cli/faults/faults.bash"
explore r shrink way names memory-chain/3
explore r empty way names memory-chain/3 old-v1.0-m0
write_files r shrink each
write_files r empty each
read_archives r shrink way
read_archives r empty way
