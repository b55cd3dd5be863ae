# As ls does; the lines of JSON then carry the directory.
cp -r "$DATA/dumps/tun_ns_ns" a
cp -r "$DATA/dumps/fifo_wronly_ns" b
imgmems a b | grep -E -v '^	[0-9a-f]{8}'
imgmems --json a b | jq -c '[.dir, .pid]' | uniq
cd b && imgmems -p 5 -p 6 | grep -E -v '^	[0-9a-f]{8}'
