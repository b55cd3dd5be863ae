# As ls does; the lines of JSON then carry the directory.
cp -r "$DATA/dumps/tun_ns_ns" a
cp -r "$DATA/dumps/fifo_wronly_ns" b
imgfds -t fifo,tun a b
imgfds -t fifo,tun --json a b | jq -c '[.dir, .pid, .fd, .type]'
cd b && imgfds -t fifo
