# --tar: one archive, with holes, of nobody and no time; unpacked it is what --output makes.
cp -r "$DATA/dumps/memory-chain" chain
echo "key 0123456789abcdef0123456789abcdef" >table
mkdir tmp
export TMPDIR=$PWD/tmp
imganon -t table --tar chain/3 >copy.tar 2>report
imganon -t table -o copy chain/3 2>/dev/null | diff - <(grep -v warning report)
ls -A tmp
tar --numeric-owner -tvf copy.tar | awk '{ print $2, $4, substr($6, 1, 5) }' | sort -u
[ "$(wc -c <copy.tar)" -lt 100000 ] || echo 'no holes'
mkdir back
tar -xf copy.tar -C back
ls back
diff -r copy back/dump
find back -name 'pages-*' -printf '%b %s\n' | awk '$1 * 512 > $2 / 2'
imganon -z -o other chain/3
imganon -z chain/3 >/dev/full
echo $?
imganon -z chain/3 2>/dev/null | head -c 100 | wc -c
ls -A tmp
