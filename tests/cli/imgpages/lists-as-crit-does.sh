# What `crit x DIR rss` wrote, blanks at the ends of lines aside; some of the dumps lack
# their pages files, which is told.
n=0
for want in "$DATA"/dumps/*.crit/x-rss.txt; do
	dir=${want%.crit/x-rss.txt}
	imgpages "$dir" 2>err | sed 's/[ \t]*$//' | diff - <(sed 's/[ \t]*$//' "$want") || echo "$dir differs"
	if ls "$dir"/pages-*.img >/dev/null 2>&1; then
		[ ! -s err ] || cat err
	else
		grep -qv 'pages-[0-9]*.img: image missing$' err && cat err
	fi
	n=$((n + 1))
done
[ $n -ge 10 ] || echo "only $n dumps found"
