# With several directories each tagged line has its own, so that images of one name stay apart:
# json2img takes them, one directory at a time.
. "$LIB"
cp -r "$DATA/dumps/bashpipe" "$DATA/dumps/memory" . && chmod -R u+w bashpipe memory
mkdir ck && cp -r memory ck/checkpoint && tar -cf ck.tar -C ck .
img2json --tag bashpipe memory ck.tar >lines
jq -r .dir lines | uniq -c | awk '$1 > 50 { print $2 }'
for d in bashpipe memory ck.tar; do
	jq -c --arg d $d 'select(.dir == $d)' lines | json2img -C "back-$d" || echo "$d does not come back"
done
same_images bashpipe back-bashpipe
same_images memory back-memory
same_images memory back-ck.tar
jq -cS . lines >sorted
grep '"dir":"memory"' sorted | json2img -C back && same_images memory back
json2img -C all <lines
# One directory has no name, unless it is asked for; a file never has.
img2json --tag memory | jq -r 'select(.dir)' | wc -l
img2json --tag -H memory/fs-2375.img memory | jq -r .dir | sort -u
img2json --tag memory/pstree.img bashpipe/pstree.img
echo '{"dir":"","img":"pstree.img","magic":"PSTREE"}' | json2img
echo '{"dir":"a\u0000b","img":"pstree.img","magic":"PSTREE"}' | json2img
echo '{"dir":"a","img":"pages-1.img","magic":"RAW"}{"dir":"b","img":"pages-1.img","extra":"","at":0}' | json2img
img2json -H memory
