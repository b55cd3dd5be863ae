# magic, img, format, endian: each only where it says something.
. "$LIB"
cd "$DATA/dumps" || exit 1
head1() { img2json "$@" | head -n 1; }
head1 memory/pstree.img
head1 <memory/pstree.img
head1 --name memory/pstree.img
head1 -n old-v1.3-k2m2/pstree.img
head1 old-v1.3-k2m2/pstree.img
head1 -n old-v1.3-k2m2/inventory.img
head1 old-v1.3-k2m2/stats-dump
head1 memory/inventory.img memory/pstree.img
head1 -n memory/stats-dump
head1 -n <memory/stats-dump
head1 memory
head1 -n memory/pagemap-shmem-16842.img
{ be32 0x50273030; } >"$OLDPWD/pstree.img"
head1 -n "$OLDPWD/pstree.img"
head1 -d "$OLDPWD/pstree.img"
head1 --tag "$OLDPWD/pstree.img"
