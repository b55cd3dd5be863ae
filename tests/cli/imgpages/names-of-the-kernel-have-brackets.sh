# Whoever leaves them out is told.
. "$LIB"
cd "$DATA/dumps" || exit 1
for name in heap stack vdso nosuch; do
	status imgpages -p 2375 -r "$name" memory
done
