# One document after the other, each with the name of its image.
cd "$DATA/dumps/by-hand" || exit 1
img2json -d fifo-data.img filelocks.img ../old-v1.3-k2m2/fanotify.img pages-1.img amdgpu-renderD-128.img
img2json -p fifo-data.img filelocks.img amdgpu-renderD-128.img
