. "$LIB"
mkdir archive
cp -r "$DATA/dumps/bashpipe" archive/checkpoint
head -c 100000 /dev/zero >archive/checkpoint/pages-1.img
echo '{"name":"web"}' >archive/config.dump
tar -C archive -czf ck.tar.gz checkpoint config.dump
recipe podman-image
recipe podman-threads
recipe podman-dump
left ck | grep -c -e pages -e config || true
# A colon in the name is no host.
cp ck.tar.gz web:1.tar.gz
grep -c "^tar --force-local -xOf" "$SRC/cmd/criu-imgtools.7"
tar --force-local -xOf web:1.tar.gz checkpoint/pstree.img | img2json | head -n 1
