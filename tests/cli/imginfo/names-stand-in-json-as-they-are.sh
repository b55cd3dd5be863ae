# In the table control bytes are escaped; in JSON names are kept without loss.
name=$(printf 'a b\n\377\033"\\.img')
cp "$DATA/dumps/memory/fs-2375.img" "$name"
cp "$name" "$(printf 'é\t')"
imginfo ./*
imginfo --json ./*
