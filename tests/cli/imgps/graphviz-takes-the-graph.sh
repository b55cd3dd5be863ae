# Without a word on stderr, and with the names as the text shows them.
command -v dot >/dev/null || { echo "no Graphviz"; exit 77; }
cd "$DATA/dumps" || exit
for dump in names bashpipe old-v1.3-m31 fifo_wronly_ns socket-tcp-nft-nfconntrack_h; do
	imgps --dot --args $dump 2>/dev/null | dot -Tsvg 2>&1 >"$OLDPWD/svg" | head -n 3
done
imgps --dot names | dot -Tsvg | sed -n 's|^<text.*font-weight="bold".*>\(.*\)</text>|\1|p' |
	sed "s/&quot;/\"/g; s/&#45;/-/g"
