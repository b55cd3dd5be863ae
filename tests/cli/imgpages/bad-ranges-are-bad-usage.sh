. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
usual d
for range in '' 5 0x 0x10-0x5 1-2-3 12junk 0xffffffffffffffff+2 99999999999999999999-5 1.5+1; do
	status imgpages -r "$range" d
done
