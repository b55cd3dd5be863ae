# Memory that is changed on the way.
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
imgserve -s sock --poke "$poke" "$DATA/dumps/memory-chain/3" -- fakecriu -q restore sock out inventory.img 2>&1 | sed "s|$DATA/||"
imgserve -s sock --poke 2375:16=str:x "$d" -- true 2>&1 | sed "s|$DATA/||"
