. "$LIB"
mkdir dumps
cp -r "$DATA/dumps/socket-tcp-nft-nfconntrack_h" 'dumps/web 1'
cp -r "$DATA/dumps/names" "$DATA/dumps/memory-chain" dumps
recipe find-tcp
# A damaged dump is told, and does not hide the others.
cp -r 'dumps/web 1' dumps/damaged
rm dumps/damaged/files.img
bash -o pipefail <(block 'recipe: find-tcp')
echo "status $?"
