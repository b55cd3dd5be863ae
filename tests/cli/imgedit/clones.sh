# --clone: both ends of a pair get the same new port, which is another one for each id and the
# same for the same; --disconnect: what has its other end elsewhere.
. "$LIB"
pair=$DATA/dumps/socket-tcp-nft-nfconntrack_h
for id in 1 2 20 blue; do
	imgedit --clone=$id -n "$pair"
done
imgedit --clone=1 -n "$pair" | diff - <(imgedit --clone=1 -n "$pair")
imgedit --clone=7 --port=8880=9990 -o new "$pair"
imgfds -t tcp new
imgcheck -A image-missing new
imgedit --set "inetsk.img:entries[4].dst_port=1" -o half "$DATA/dumps/old-v2.0-m31" 2>/dev/null
imgfds -t tcp half | head -4
imgedit --disconnect -o closed half
diff -rq half closed
imgfds -t tcp closed | head -4
imgcheck -A image-missing closed
imgedit --clone=x -n "$DATA/dumps/names" | grep usk
