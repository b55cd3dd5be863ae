# A run that may come late but is present is present; one that is lazy alone has no bytes.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
vma 0x10000 0x14000 513 | dump d 7
pagemap d 7 1 0x10000:1:6 0x11000:2:2 0x13000:1:4
pages d 1 ab
imgpages d
imgpages -j d | jq -c '[.addr, .pages, .where, .offset]'
status imgpages -r all d
imgpages --zero -r all d | text
# Also where a child has them in its parent.
cp -r d child
rm child/pages-1.img
ln -s ../d child/parent
pagemap child 7 1 0x10000:4:1
status imgpages -r all child
imgpages --zero -r all child | text
