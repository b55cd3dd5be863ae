# A rehearsal reports what would change, and writes nothing.
imgconv -n --to=3.4 "$DATA/dumps/old-v3.0-k2m1"
imgconv -n -j --to=dev -z lz4 "$DATA/dumps/ipc-multi"
ls -A
