# A log may be anything: bytes, lines without end, control characters.
cp -r "$DATA/dumps/memory" dump
printf 'Error (x): \033[31mred\tFile \377 has bad size 1 (expect 2)\r\nError (\nBUG at criu/x.c:7\n' | imgcheck --log=- dump
head -c 300000 /dev/zero | tr '\0' x | imgcheck --log=- dump
echo "status $?"
{ printf 'Error (a.c:1): Can'"'"'t open file '; head -c 100000 /dev/zero | tr '\0' y; echo; } | imgcheck --log=- dump | head -c 100
echo
imgcheck --log=nowhere dump
echo "status $?"
mkdir empty
imgcheck --log=/dev/null empty
echo "status $?"
