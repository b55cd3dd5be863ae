. "$LIB"
cp -r "$DATA/dumps/bashpipe" dump
recipe post-dump
tar -tzf copy.tar.gz | grep -c '\.img$'
# Each file of the copy gets a stub of its size and mode.
export root=$PWD/root
mkdir root
recipe make-stubs
img2json copy/files.img | jq -r '.reg | select(.ext != true) | [.size // 0, .mode // 0, .name] | @tsv' |
	while IFS=$(printf '\t') read -r size mode name; do
		case $((mode >> 12)) in
		8) [ "$(stat -c '%s %a' "root$name")" = "$size $(printf %o $((mode & 07777)))" ] || echo "$name" ;;
		4) [ -d "root$name" ] || echo "$name" ;;
		esac
	done
find root -type f | wc -l
