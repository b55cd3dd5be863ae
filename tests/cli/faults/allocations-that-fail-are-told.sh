# Whichever allocation fails, by itself or with all that follow: status 3 and one line that
# says so, and no file that is not whole.
. "$LIB"
. "$SRC/tests/cli/faults/faults.bash"
explore m ENOMEM way names pipe01_uns memory-chain/3 old-v1.0-m0
write_files m ENOMEM each
write_files m ENOMEM from
write_dumps m ENOMEM way
write_dumps m ENOMEM from
ask m ENOMEM way
read_archives m ENOMEM way
read_archives m ENOMEM from
