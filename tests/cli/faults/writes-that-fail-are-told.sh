# A full disk, from some write on or for one only, and a reader that is gone: status 3, and
# no file that is not whole.
. "$LIB"
. "$SRC/tests/cli/faults/faults.bash"
explore w ENOSPC way names
explore w EPIPE way names
write_files w ENOSPC each
write_files w ENOSPC from
write_files w EPIPE each
write_dumps w ENOSPC way
write_dumps w ENOSPC from
write_dumps w EPIPE way
