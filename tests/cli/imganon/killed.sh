# kill -9 at any time: there is no copy, or a whole one; the next run removes what was left.
# (timeout waits for the killed one with --foreground only; else it may hold its lock a moment longer.)
cp -r "$DATA/dumps/memory-chain" chain
imganon -t table -o whole chain/3 >/dev/null 2>&1
for ms in 002 005 010 015 020 025 030 040 050 060 080 100 150 200; do
	rm -rf out
	timeout --foreground -s KILL "0.$ms" imganon -t table -o out chain/3 >/dev/null
	[ ! -e out ] || diff -r whole out
done 2>/dev/null
rm -rf out
imganon -t table -o out chain/3 >/dev/null 2>&1
diff -r whole out
find . -maxdepth 1 -name '.*' ! -name .
ls
