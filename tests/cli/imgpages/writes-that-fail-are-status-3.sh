. "$LIB"
[ -c /dev/full ] || { echo 'no /dev/full here'; exit 77; }
. "$SRC/tests/cli/imgpages/dump.bash"
usual d
vma 0x10000 0x1010000 513 | dump big 7
pagemap big 7 1 0x10000:4096:4
truncate -s 16777216 big/pages-1.img
for args in 'd' '-j d' '-s d' '-r all d' '-r all big' '-x d' '-x big' '-t d' '-F -g aaa d' '-d big d'; do
	# shellcheck disable=SC2086
	imgpages $args >/dev/full
	echo "$args: status $?"
done
quiet()
{
	case ${PIPESTATUS[0]} in
	141 | 3) echo ended ;;
	*) echo "not ended" ;;
	esac
}
imgpages -r all big | head -c 1 >/dev/null
quiet
imgpages -F -g a d | head -n 1 >/dev/null
quiet
