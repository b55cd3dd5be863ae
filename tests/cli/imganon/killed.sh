# kill -9 at any time: there is no copy, or a whole one; the next run removes what was left.
cp -r "$DATA/dumps/memory-chain" chain
imganon -t table -o whole chain/3 >/dev/null 2>&1
for ms in 02 04 06 08 10 12 14 16 18 20 25 30 35 40 50 60; do
	rm -rf out
	timeout -s KILL "0.0$ms" imganon -t table -o out chain/3 >/dev/null 2>&1
	[ ! -e out ] || diff -r whole out
done
rm -rf out
imganon -t table -o out chain/3 >/dev/null 2>&1
diff -r whole out
find . -maxdepth 1 -name '.*' ! -name . | grep -v '^\./\.cache$'
ls
