# Where links cannot be kept, a file `parent` with the path in it stands for one; one that
# says nothing is told, and so is a directory in its place.
cp -r "$DATA/dumps/memory-chain" c
look()
{
	imgcheck c/3
	echo "status $?"
	imgpages --summary c/3 >sums
	echo "status $?"
}
look
cp sums by-link
rm c/3/parent
echo ../2 >c/3/parent
look
cmp sums by-link
: >c/3/parent
look
printf '../2\0x' >c/3/parent
look
rm c/3/parent
mkdir c/3/parent
look
