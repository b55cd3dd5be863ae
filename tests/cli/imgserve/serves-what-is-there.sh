# Without rules and filters criu gets the images as they are; it may ask for what no dump has.
. "$SRC/tests/cli/serve.bash"
mkdir out sock
mapfile -t names < <(images "$DATA/dumps/memory")
imgserve -s sock --log=log "$DATA/dumps/memory" -- fakecriu -q restore sock out "${names[@]}"
for f in "${names[@]}"; do cmp "$DATA/dumps/memory/$f" "out/$f"; done
find sock
# Each request is a line; the times differ.
[ "$(wc -l <log)" = ${#names[@]} ] && jq -c 'select(.image | test("^pag")) | del(.seconds)' log

# What criu would take for empty is told, unless it is.
mkdir pair
cp "$DATA/dumps/tun_ns_ns/nftables-10.img" pair
: >pair/nftables-15.img
imgserve -s sock pair -- fakecriu -q restore sock out nftables-10.img nftables-15.img nftables-16.img

# Without a command it waits for criu; the directory of the socket is that of the images.
cp -r "$DATA/dumps/memory" d
imgserve d &
until [ -S d/streamer-serve.sock ]; do sleep 0.01; done
stat -c %a d/streamer-serve.sock
fakecriu restore d out inventory.img inventory.img nosuch-1.img '' . .. ../d/inventory.img parent d/x
wait $!
echo "status $?"
find d ! -name '*.img'
