# The tree as `crit x DIR ps` prints it, for every dump of which crit could.
n=0
for crit in "$DATA"/dumps/*.crit/x-ps.txt; do
	dump=$(dirname "$crit")
	dump=${dump%.crit}
	imgps "$dump" >tree || echo "$dump: status $?"
	cmp "$crit" tree
	n=$((n + 1))
done
[ $n -ge 20 ] || echo "only $n dumps found"
