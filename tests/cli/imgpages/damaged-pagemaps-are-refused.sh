# Bytes that json2img would not write.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
try()
{
	echo "== $1"
	usual d
	{
		le32 0x54564319 0x56084025 2
		printf '\10\1'
		cat
	} >d/pagemap-7.img
	status imgpages d 2>&1
}
entry() { le32 "$(printf '%b' "$1" | wc -c)"; printf '%b' "$1"; }
entry '\010\0200\0200\04\020\00\050\01\060\0210\047' | try 'a compressed page larger than a page'
entry '\010\0200\0200\04\020\00\050\01\062\01\05' | try 'a field of compressed pages of no known form'
entry '\010\0200\0200\04\020\00\050\01\0110\05' | try 'an unknown field'
entry '\010\0200\0200\04\020\00\052\01\05' | try 'encrypted pages'
entry '\010\0200\0200\04' | try 'no page count'
entry '\020\01' | try 'no address'
entry '\010\0200\0200' | try 'a varint that ends early'
{ le32 100000; head -c 100000 /dev/zero; } | try 'a long entry'
{ le32 12; printf 'abc'; } | try 'an entry that is cut'
printf 'ab' | try 'a length that is cut'
entry '\050\02\020\00\010\0200\0200\04\040\04' | try 'fields in another order, which is no fault'
usual d
head -c 8 d/pagemap-7.img >h && mv h d/pagemap-7.img
status imgpages d 2>&1
: >d/pagemap-7.img
status imgpages d 2>&1
cp d/mm-7.img d/pagemap-7.img
status imgpages d 2>&1
rm d/pagemap-7.img
status imgpages d 2>&1
rm d/mm-7.img
status imgpages d 2>&1
