# One line, and nothing is left.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
layer()
{
	vma 0x10000 0x18000 513 | dump "$1" 7
	pagemap "$1" 7 1 "${@:3}"
	pages "$1" 1 "$2"
}
layer old ab 0x10000:1:4 0x14000:1:4
layer new c 0x10000:1:4 0x14000:1:1
ln -s ../old new/parent
try() { echo "-- $1"; status imgmerge -o out "${2:-new}" 2>&1; left out 2>/dev/null; }
try whole && rm -r out
rm new/parent && try 'no parent'
ln -s ../gone new/parent && try dangling
ln -sfn . new/parent && try loop
ln -sfn ../old new/parent
ln -s ../new old/parent && try 'longer loop, not followed' && rm old/parent
pagemap new 8 1 0x10000:1:4 && try 'pages of two tasks' && rm new/pagemap-8.img
mv old/pagemap-7.img p && try 'no pagemap'
pagemap old 7 1 0x10000:1:4 && try 'not covered'
pagemap old 7 1 0x10000:1:4 0x14000:1:2 && try lazy
mv p old/pagemap-7.img
truncate -s 5000 old/pages-1.img && try short
rm old/pages-1.img && try 'no pages'
# A parent that nobody needs is no reason.
layer alone d 0x10000:1:4 0x12000:1:2
ln -s ../gone alone/parent
try 'not needed' alone
imgpages -j out | jq -c '[.where, .len]'
status imgmerge -o out alone 2>&1
status imgmerge -o alone/out alone 2>&1
status imgmerge -b nowhere -o out2 alone 2>&1
mkdir empty
status imgmerge -o out2 empty 2>&1
status imgmerge -b empty -o out2 alone 2>&1
left out2 2>/dev/null
