# --as-mount: the dump with changed images as a mount of its own, after which nothing is left.
. "$SRC/tests/cli/serve.bash"
export TMPDIR=$PWD/tmp
mkdir tmp
cp -r "$DATA/dumps/names" d
imgserve --as-mount --path=/srv=/data d
imgserve --as-mount --view=x d -- true
imgserve --as-mount -s . d -- true
cat >script <<'END'
imgserve --as-mount --path=/srv=/data -f 'core-8493.img=cat' d -- sh -c 'mkdir seen && cp -r "$1/." seen && echo "${1%%[0-9]*}"' sh @D
echo "status $?"
imgserve --as-mount --comm=app=other chain/3 -- sh -c 'imgps $1 | tail -n 1; imgcheck $1; exit 7' sh @D
echo "status $?"
imgserve --as-mount --pid=8495=77 d -- echo started
echo "status $?"
imgserve --as-mount -f 'files*=exit 3' d -- echo started
echo "status $?"
END
# Where the kernel lets nobody try, there is nothing to see.
unshare -Urm true 2>/dev/null || { echo 'no user namespaces here'; exit 77; }
cp -r "$DATA/dumps/memory-chain" chain
unshare -Urm imgserve --as-mount --path=/srv=/data d -- true 2>/dev/null || { echo 'nothing can be mounted here'; exit 77; }
unshare -Urm bash script
imgedit -o want --path=/srv=/data d >/dev/null
diff -r want seen
find tmp d -mindepth 1 ! -name "*.img"
