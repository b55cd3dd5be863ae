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
echo '== a dump that failed has no tree'
printf '%s\n' "(0.04) Error (criu/cr-dump.c:1681): A session leader of 23826(1) is outside of its pid namespace" \
	'(0.05)     77: Error (criu/files.c:1): No file for fd 3 id 0xffff' | imgcheck --log=- empty
echo "status $?"
cp "$DATA/dumps/memory/files.img" empty
echo 'Error (criu/files.c:1221): Unable to open fd=1 id=0x9' | imgcheck --log=- empty
echo "status $?"
