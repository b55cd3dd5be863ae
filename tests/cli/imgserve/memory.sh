# Memory that is changed on the way.
. "$LIB"
. "$SRC/tests/cli/serve.bash"
d=$DATA/dumps/memory
mkdir out sock
mapfile -t names < <(images "$d")
addr=$(imgmems "$d" | sed -n 's/^\t[0-9a-f]*-\([0-9a-f]*\) .*\[stack.*/\1/p' | head -n 1)
poke=$(printf '2375:0x%x=str:changed' $((0x$addr - 4096)))
imgedit -o want --poke "$poke" "$d" >/dev/null
imgserve -s sock --poke "$poke" "$d" -- fakecriu -q restore sock out "${names[@]}"
diff -r --exclude=stats-dump want out
cmp -s "$d/pages-2.img" out/pages-2.img && echo 'nothing has changed'
imgserve --view=view --poke "$poke" "$d"
diff -r want view
# In a chain, and where pages are compressed, the change goes before they become plain.
"$BUILD/cli/pack" blocks 1 "$d" packed
tar -cf packed.tar packed
mkdir tmp
export TMPDIR=$PWD/tmp
for dump in "$DATA/dumps/memory-chain/3" packed packed.tar; do
	rm -rf out changed flat
	mkdir out
	imgserve -s sock --poke "$poke" "$dump" -- fakecriu -q restore sock out "${names[@]}"
	imgedit -o changed --poke "$poke" "$dump" >/dev/null 2>&1
	imgmerge -o flat changed
	diff -r --exclude=stats-dump flat out
	imgpages -p 2375 --fixed --grep changed out | wc -l
	ls -A tmp
done
# No parent outside of the dump, if it is not to be left, nor a link in one that leads elsewhere.
status imgserve --beneath -s sock --poke "$poke" "$DATA/dumps/memory-chain/3" -- true 2>&1 | sed "s|$DATA/||"
cp -r "$DATA/dumps/memory-chain" chain
chmod -R u+w chain
mv chain/2/pages-2.img chain/2/other
ln -s other chain/2/pages-2.img
imgserve -s sock --poke "$poke" chain/3 -- fakecriu -q restore sock out "${names[@]}" 2>&1 | sed "s|$PWD|HERE|"
rm -r chain/2
cp -r "$DATA/dumps/memory" chain/2
rm chain/3/parent
mv chain/2 chain/3/parent
status imgserve --beneath -s sock --poke "$poke" chain/3 -- true
# With all else that changes on the way.
rm -r out
mkdir out
imgserve -s sock --poke "$poke" --comm=app=other -f 'core-*=cat' "$DATA/dumps/memory-chain/3" -- \
	fakecriu -q restore sock out "${names[@]}"
imgps out | sed 's/ *//; 1d'
imgserve -s sock --poke "$poke" "$DATA/dumps/memory-chain/3" 2>/dev/null &
while [ ! -S sock/streamer-serve.sock ]; do sleep 0.05; done
find tmp -name 'pages-*' | wc -l
kill $!
wait $!
echo "status $?"
ls -A tmp
imgserve -s sock --poke 2375:16=str:x "$d" -- true 2>&1 | sed "s|$DATA/||"
