# Hundreds of directories in one call, and as many calls as xargs makes of them.
mkdir 'all dumps'
for i in $(seq 300); do
	cp -rs "$DATA/dumps/memory" "all dumps/n $i" || exit
done
rm 'all dumps/n 250/pstree.img'
find 'all dumps' -mindepth 1 -maxdepth 1 -print0 | sort -z | xargs -0 imgcheck
echo "status $?"
find 'all dumps' -mindepth 1 -maxdepth 1 -print0 | xargs -0 -n 50 -P 2 imgcheck 2>/dev/null
echo "status $?"
