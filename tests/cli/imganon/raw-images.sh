# Archives of a tmpfs: names, targets and content are gone, kinds, modes, owners and sizes stay, and
# tar unpacks it. Rules of firewalls and dumps of netlink keep their form.
mkdir -p dump tree/Kalifragil/run
(
	cd tree || exit
	printf 'Kalifragil %1000s' . >Kalifragil/secret.txt
	chmod 640 Kalifragil/secret.txt
	ln -s ../Kalifragil/secret.txt run-it
	ln Kalifragil/secret.txt Kalifragil/other
	truncate -s 5M Kalifragil/sparse
	mkfifo Kalifragil/run/pipe
)
tar --sort=name --owner=Kalif:1000 --group=Kalifra:1001 --mtime=@1000000000 --sparse -czf dump/tmpfs-dev-7.tar.gz.img -C tree .
cp "$DATA/rules/iptables-1.txt" dump/iptables-9.img
cp "$DATA/rules/nftables-1.txt" dump/nftables-9.img
imganon -o out dump
# Names are drawn: of each the length is shown.
tar --numeric-owner -tvzf out/tmpfs-dev-7.tar.gz.img | awk '{ n = length($6); print $1, $2, $3, n, $7, length($8 $9 $10) }' | sort
mkdir back
tar -xzf out/tmpfs-dev-7.tar.gz.img -C back --no-same-owner
find back -type f -size +0 -exec cat {} + | tr -d '\0' | wc -c
find back -type f -size 5M -printf '%b\n' | awk '{ print $1 < 1000 }'
zcat out/tmpfs-dev-7.tar.gz.img | grep -ci kalif
grep -c '10\.0\.0' out/*tables*
for f in iptables-9 nftables-9; do
	[ "$(grep -vc '^#' dump/$f.img)" = "$(wc -l <out/$f.img)" ] || echo "$f"
done
