# --pid: images have another name, all fields and paths follow; a swap; what it refuses.
. "$LIB"
cp -r "$DATA/dumps/pipe01_uns" dump
dump=dump
imgedit --pid=5=77 -o new "$dump"
diff <(ls "$dump") <(ls new)
imgcheck -A image-missing new
imgedit --pid=77=5 -o old new | wc -l
diff -r "$dump" old
imgedit --pid=1=5 --pid=5=1 -o swapped "$dump" | head -3
cmp "$dump/mm-1.img" swapped/mm-5.img && cmp "$dump/mm-5.img" swapped/mm-1.img
imgedit --pid=5=1 -o no "$dump"
imgedit --pid=6=7 -o no "$dump"
cp -r "$DATA/dumps/old-v1.3-m31" threads
pid=$(img2json threads/pstree.img | jq "select((.threads // [] | length) > 1).pid")
imgedit --pid="$pid"=7 -n threads 2>&1 | sed "s/$pid/PID/"
tid=$(img2json threads/pstree.img | jq ".threads // [] | select(length > 1)[1]")
imgedit --pid="$tid"=7 -n threads 2>&1 | sed "s/$tid/TID/"
ls -A
