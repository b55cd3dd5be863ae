# Each line names its image: grep and sort work on them. One without entries has a line too.
cd "$DATA/dumps/by-hand" || exit 1
img2json --tag fifo-data.img filelocks.img fs-7.img pages-1.img amdgpu-renderD-128.img ../old-v1.3-k2m2/fanotify.img
echo stdin
img2json -t <filelocks.img
img2json -t <../old-v1.3-k2m2/fanotify.img
img2json -r -t <pages-1.img
