# A dump with namespaces of its own asks the host for less, and says what criu must be given.
for name in pipe01_uns tun_ns_ns pidns-ext socket-tcp-nft-nfconntrack_h cgroup01_h bashpipe old-v3.0-k2m1 old-v1.0-m0; do
	echo "== $name"
	imgcheck --needs "$DATA/dumps/$name" |
		jq -r 'select(.need != "file") | "\(.need) \(.name) \(.value // "") \(.in_root // "") \(.connected // "")"' |
		sed 's/ *$//'
	imgcheck --needs "$DATA/dumps/$name" |
		jq -r 'select(.need == "file") | "file\(if .in_root then " below the root" else "" end)\(if .unchecked then ": " + .unchecked else "" end)"' |
		sort | uniq -c | sed 's/^ *//'
done
