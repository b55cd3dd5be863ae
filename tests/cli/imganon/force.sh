# Damaged images: refused without --force; with it each is copied up to the damage, and said so. What
# has no head becomes zeros, and a chain ends where its parent is lost.
cp -r "$DATA/dumps/tun_ns_ns" dump
truncate -s -3 dump/files.img
printf 'xx' | dd of=dump/netdev-10.img conv=notrunc 2>/dev/null
truncate -s -9 dump/ifaddr-10.img dump/tmpfs-dev-51.tar.gz.img
ln -s nowhere dump/parent
imganon -o out dump
echo $?
ls -d out 2>&1
imganon --force -o out dump >report
echo $?
cut -d: -f1 report
for d in dump out; do
	img2json $d/files.img 2>/dev/null | wc -l
done
head -c 8 out/netdev-10.img | od -An -tx1
cmp <(wc -c <out/netdev-10.img) <(wc -c <dump/netdev-10.img)
zcat out/tmpfs-dev-51.tar.gz.img | tar t | wc -l
# A queue whose data are cut: the entry goes as a whole.
cp -r "$DATA/dumps/pipe01_uns" queue
truncate -s -1000 queue/pipes-data.img
imganon -f -o other queue >/dev/null
for d in queue other; do
	img2json $d/pipes-data.img 2>/dev/null | wc -l
done
