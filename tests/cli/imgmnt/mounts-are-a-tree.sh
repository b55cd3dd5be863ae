# The usual columns; those of all as JSON; filters, with the tree of what is left.
imgmnt "$DATA/dumps/autofs_ns"
imgmnt --json -p 5 "$DATA/dumps/pipe01_uns" | head -n 2
imgmnt -nr -t devpts,proc -o target,fstype "$DATA/dumps/pipe01_uns"
imgmnt -e -o target,external "$DATA/dumps/pipe01_uns"
imgmnt "$DATA/dumps/bashpipe"
