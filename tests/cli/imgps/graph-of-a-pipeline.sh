# Boxes, lines to children, an arrow for each channel between two processes; where more
# than two hold it, a node.
cd "$DATA/dumps" || exit
imgps --dot bashpipe
imgps --dot fifo_wronly_ns socket-tcp-nft-nfconntrack_h
imgps --dot old-v1.3-m31
# Among the processes that are shown.
imgps --dot -p 9992 -p 9995 bashpipe
# With the command line, cut where it is long.
imgps --dot --args -p 2375 -p 2379 memory
