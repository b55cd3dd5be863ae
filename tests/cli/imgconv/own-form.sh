# A dump that is converted to the form of the CRIU that wrote it is identical, nothing is reported,
# and converting what was converted changes nothing more.
find "$DATA/dumps" -name inventory.img -printf '%h\n' | sort | while read -r dump; do
	name=${dump#"$DATA/dumps/"}
	case $name in
	*.crit* | by-hand*) continue ;;
	old-v*)
		release=${name#old-v}
		release=${release%%-*}
		;;
	*) release=4.2 ;;
	esac
	mkdir all
	# With what is beside it, where the parents of a chain are.
	case $name in
	*/[0-9]) cp -a "$(dirname "$dump")"/* all ;;
	*) cp -aT "$dump" all/dump ;;
	esac
	[ -d "all/${dump##*/}" ] && dump=all/${dump##*/} || dump=all/dump
	imgconv --to="$release" -o all/own "$dump" || echo "$name: $release"
	diff -r "$dump" all/own
	chmod -R u+w all
	rm -r all
done
