cd "$DATA/dumps/by-hand" || exit 1
img2json --human bpfmap-file.img ../memory/pstree.img ../memory/fs-2375.img ../memory/pagemap-shmem-16842.img ../memory/memfd.img
img2json -u ../memory/mm-2375.img | cut -c 1-700
