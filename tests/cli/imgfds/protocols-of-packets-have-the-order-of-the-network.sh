# A field of 16 bits in that order: on a big-endian machine the number itself.
cp "$DATA"/dumps/old-v1.3-m31/* . 2>/dev/null
imgfds -t packet . >little
img2json packetsk.img |
	sed '1s/}$/,"endian":"big"}/; s/"protocol":768/"protocol":3/' | json2img -o big.img
mv big.img packetsk.img
imgfds -t packet . | diff little - && grep -c 'packet raw all' little
