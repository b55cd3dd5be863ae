# It is what a failed `tar -xO` leaves, and no image; an empty file may be one.
. "$LIB"
for tool in img2json imginfo; do
	status $tool </dev/null
	printf '' | status $tool
	status $tool <(:)
	: >empty && status $tool <empty
	status $tool --raw </dev/null
	status $tool empty
done
