# Without rules every dump comes out as it was: bytes, modes, owners, times of files.
. "$LIB"
shown() {
	(cd "$1" && find . -mindepth 1 -printf '%P %y %m %u %g %l\n' | sort
		find . -type f -printf '%P %Ts\n' | sort)
}
find "$DATA/dumps" -name inventory.img -printf '%h\n' | sort | while read -r d; do
	mkdir all
	# With what is beside it, where the parents of a chain are.
	case $d in
	*/[0-9]) cp -a "$(dirname "$d")"/* all ;;
	*) cp -aT "$d" all/dump ;;
	esac
	[ -d "all/${d##*/}" ] && dump=all/${d##*/} || dump=all/dump
	imgedit -o all/out "$dump" || echo "$d: $?"
	diff -r "$dump" all/out
	cmp <(shown "$dump") <(shown all/out) || echo "$d"
	chmod -R u+w all
	rm -r all
done
