. "$LIB"
cp -r "$DATA/dumps/memory" dump
recipe move-tree
recipe library-update
rm -r dump
cp -r "$DATA/dumps/socket-tcp-nft-nfconntrack_h" dump
recipe clone-service
