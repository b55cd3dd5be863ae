# What the JSON of several descriptors brings along from an image beside theirs is damaged: it
# is null in each of them, and told of once.
cp -r "$DATA/dumps/old-v3.0-k2m1" d
LC_ALL=C sed 's/\x08\x18\x10\x50\x18/\x08\x18\x08\x50\x18/g' "$DATA/dumps/old-v3.0-k2m1/tty-info.img" >d/tty-info.img
cmp -s d/tty-info.img "$DATA/dumps/old-v3.0-k2m1/tty-info.img" && echo 'not damaged'
imgfds --json -t tty d | jq -c '[.fd, .text, .info]'
echo "status ${PIPESTATUS[0]}"
