# Each wrong in one way; what comes before it is still listed, and the time is bounded.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
try()
{
	echo "== $1"
	shift
	usual d
	rm d/pagemap-7.img
	pagemap d 7 1 "$@"
	status timeout 120 imgpages d 2>&1
	{ timeout 120 imgpages -r 0x10000+0x8000 d >/dev/null; } 2>&1
	echo "status $?"
}
try 'overlaps' 0x10000:2:4 0x11000:1:4
try 'goes backwards' 0x14000:1:4 0x10000:1:4
try 'is the same page twice' 0x10000:1:4 0x10000:1:4
try 'claims 2^60 pages' 0x10000:1152921504606846976:4
try 'claims 2^50 pages' 0x10000:1125899906842624:4
try 'claims 2^51 pages twice' 0x10000:2251799813685248:4 0x8000000000020000:2251799813685247:4
try 'claims 2^50 lazy pages' 0x10000:1125899906842624:2
try 'claims 2^50 pages of a parent' 0x10000:1125899906842624:1
try 'points outside' 0x10000:2:4 0x16000:4:4
try 'points above all mappings' 0x900000:1:4
try 'is not on a page boundary' 0x10010:1:4
try 'has an unknown flag' 0x10000:1:4 0x12000:1:20
try 'is aligned, but not present' 0x10000:1:8
try 'has no flag' 0x10000:1:0
try 'has flags that contradict' 0x10000:1:5
try 'has entries without pages, which is no fault' 0x10000:0:4 0x10000:1:4
