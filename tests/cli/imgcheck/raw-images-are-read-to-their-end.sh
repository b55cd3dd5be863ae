# What is not in messages is read through too, each way that it may be wrong in its own words.
. "$LIB"
cp -r "$DATA/dumps/tun_ns_ns" d

# File $1 becomes what is on stdin; what imgcheck says of it; and it is whole again.
try()
{
	cat >"d/$1"
	imgcheck d 2>/dev/null | grep -F "d/$1" || echo "d/$1: nothing"
	cp "$DATA/dumps/tun_ns_ns/$1" "d/$1"
}

whole=$DATA/dumps/tun_ns_ns
head -c 9 "$whole/ifaddr-10.img" | try ifaddr-10.img
: | try route-10.img
head -c -1 "$whole/route-10.img" | try route-10.img
{ cat "$whole/route-10.img"; le32 8 0 0 0; } | try route-10.img
{ cat "$whole/route-10.img"; le32 20 3 0 0 0; } | try route-10.img
{ cat "$whole/route-10.img"; le32 16 0 0; } | try route-10.img
printf '*raw\n*nat\nCOMMIT\n' | try iptables-10.img
printf 'COMMIT\n' | try iptables-10.img
printf '*raw\n-A INPUT -j DROP\nCOMMIT\n-A INPUT -j DROP\n' | try iptables-10.img
printf '*raw\nCOMMIT' | try iptables-10.img
printf '# nothing\n*raw\n' | try iptables-10.img
printf 'table inet a {\n comment "}}{"\n}\n' | try nftables-10.img
printf 'table inet a {\n}\n}\n' | try nftables-10.img
printf 'table inet a {\n' | try nftables-10.img
printf 'table inet a {}' | try nftables-10.img
head -c 700 /dev/zero | gzip -n | try tmpfs-dev-51.tar.gz.img
head -c 1024 /dev/zero | try tmpfs-dev-51.tar.gz.img
mv d/tmpfs-dev-51.tar.gz.img d/tmpfs-51.tar.gz.img
imgcheck d 2>/dev/null | grep tmpfs-51
