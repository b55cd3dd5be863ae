# All layers of a chain, joined as before; compressed, and for an older CRIU.
cp -r "$DATA/dumps/memory-chain" chain
imgpages chain/3 >one
imgconv -C -t 4.1 -o older chain/3 >/dev/null
readlink older/3/parent older/2/parent
imgpages older/3 | diff one -
imgconv -C -o now older/3 >/dev/null
imgpages now/3 | diff one -
# Layers that hold nothing but memory do not say which pages have to stay as they are.
imgconv -C -z lz4 -o small chain/3
ls
