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
