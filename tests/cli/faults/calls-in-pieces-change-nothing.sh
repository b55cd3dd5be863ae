# Reads and writes of a few bytes at a time, and such that a signal interrupts: the same
# comes out.
. "$LIB"
. "$SRC/tests/cli/faults/faults.bash"
explore rw short all names pipe01_uns memory-chain/3
explore rw interrupt all names pipe01_uns memory-chain/3
write_files rw short all
write_files rw interrupt all
write_dumps rw short all
write_dumps rw interrupt all
ask rw short all
ask rw interrupt all
read_archives rw short all
read_archives rw interrupt all
