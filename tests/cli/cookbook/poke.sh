. "$LIB"
cp -r "$DATA/dumps/memory" dump
recipe poke
