# memory-chain is the dump memory cut into three: put together it is that again.
. "$LIB"
imgmerge -o flat "$DATA/dumps/memory-chain/3"
imgcheck --strict flat 2>&1
same() { cmp "$DATA/dumps/memory/$1" "flat/$1"; }
for n in 1 2 3; do same pages-$n.img; done
imgpages --diff "$DATA/dumps/memory" flat
# All else is that of the newest dump.
cp -r "$DATA/dumps/memory-chain/3" 3
diff -rq --no-dereference 3 flat
# The truth about its memory.
while read -r pid name addr len sum; do
	[ "$pid" != '#' ] || continue
	[ "$(imgpages -p "$pid" -r "0x$addr+$len" flat | sha256sum | cut -d' ' -f1)" = "$sum" ] ||
		echo "$pid $name: not as it was"
done < <(sed 1d "$DATA/dumps/memory.facts/ranges.tsv" | tr -d '\r')
# From a directory that is whole already a copy is made.
imgmerge -o again flat
diff -r flat again
