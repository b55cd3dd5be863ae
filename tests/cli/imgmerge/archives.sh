# An archive of a dump, and of its parents in it.
. "$LIB"
cp -rL "$DATA/dumps/memory-chain/3" 3
tar -czf chain.tar.gz -C 3 .
imgmerge -n chain.tar.gz
imgmerge -o flat chain.tar.gz
imgmerge -o want "$DATA/dumps/memory-chain/3"
diff -r flat want
imgmerge -o again - <chain.tar.gz
diff -r flat again
# What a link cannot lead into is no base; only how much it has can be said.
imgmerge -n -b chain.tar.gz flat | tail -n 1
status imgmerge -b chain.tar.gz -o new flat 2>&1
left new 2>/dev/null
