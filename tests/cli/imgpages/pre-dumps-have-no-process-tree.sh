# What a pre-dump leaves has pages only: their pids are in the names. A dump that has lost
# its process tree is shown in the same way, and said to be damaged.
chain=$DATA/dumps/memory-chain
cp -r "$chain" . && chmod -R u+w memory-chain && cd memory-chain || exit
for n in 1 2; do
	imgpages -p 2375 "$n" | head -n 4
	imgpages --summary "$n" | grep -A 2 '^dump'
	echo "status ${PIPESTATUS[0]}"
done
imgpages -x -r 0x55bbac82f000+32 -p 2375 2
imgpages -p 1 2
echo "status $?"
rm 3/pstree.img
imgpages -p 2375 3 | head -n 2
echo "status ${PIPESTATUS[0]}"
imgps 2
echo "status $?"
