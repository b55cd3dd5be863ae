# Each line that the crit installed here prints with `x DIR ps`, fds, mems or rss begins the
# line of imgps, imgfds, imgmems or imgpages, on every bundled dump that it can explore.
. "$LIB"
need_crit

# Not where crit's text is no guide: it writes b'...' for names that are not UTF-8, and
# before 4.2 takes the number of pages from a field that is 0 since.
comparable()
{
	case $1 in
	ps) [ "${2##*/}" != names ] ;;
	rss) ! img2json "$2"/pagemap-[0-9]*.img | grep -q '"nr_pages"' ;;
	esac
}

find "$DATA/dumps" -name pstree.img -printf '%h\n' | sort >dirs
n=0
while read -r dir; do
	n=$((n + 1))
	for what in ps fds mems rss; do
		printf '%s\tx\t%s\t%s\n' $n.$what "$dir" $what
	done
done <dirs >asked
ask_crit ask <asked

n=0 compared=0
while read -r dir; do
	n=$((n + 1))
	for tool in imgps:ps imgfds:fds imgmems:mems imgpages:rss; do
		what=${tool#*:}
		if [ ! -e "$n.$what" ] || ! comparable "$what" "$dir"; then
			continue
		fi
		# Some of the dumps lack their pages files, which imgpages tells.
		"${tool%:*}" "$dir" 2>err | sed 's/[ \t]*$//' >lines
		[ "$what" = rss ] || cat err
		sed -i 's/[ \t]*$//' "$n.$what"
		awk -f "$SRC/tests/cli/begins.awk" "$n.$what" lines | sed "s|^|$dir: |"
		compared=$((compared + 1))
	done
done <dirs
[ $compared -ge 60 ] || echo "only $compared explorations of crit compared"
