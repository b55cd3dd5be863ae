. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
usual d
truncate -s 12289 d/pages-1.img
status imgpages d >/dev/null
imgpages -r 0x10000+0x5000 d | text
status imgpages -r 0x16000+1 d
imgpages -r 0x10000+0x5000 d | text
status imgpages -g a+ d | tr -s a
status imgpages -t -n 4096 d | tr -s abc
status imgpages -j d
rm d/pages-1.img
status imgpages d >/dev/null
status imgpages -r all d
ln -s /dev/zero d/pages-1.img
status imgpages -r all d
rm d/pages-1.img
mkfifo d/pages-1.img
status timeout 120 imgpages -r all d
rm d/pages-1.img
mkdir d/pages-1.img
status imgpages -r all d
