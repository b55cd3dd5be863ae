# Whichever call of the system fails: status 3 and a line that says why, or all is as it
# should be without it.
. "$LIB"
. "$SRC/tests/cli/faults/faults.bash"
explore roc EIO way names pipe01_uns memory-chain/3
write_files roc EIO each
write_files oc EACCES each
write_dumps roc EIO way
write_dumps c EACCES each
ask roc EIO way
read_archives roc EIO way
