# Words of a file stay as they are.
d=$DATA/dumps/socket-tcp-nft-nfconntrack_h
printf 'dev\n\nzdtm\n' >words
imganon -w words -t table -o new "$d" 2>&1 | grep -v changed
img2json new/files.img | jq -r '.reg.name // empty' | grep -o '/dev/.*' | sort -u | cut -c1-5
imganon -w missing -o other "$d"
echo "status $?"
imganon -w . -o other "$d"
echo "status $?"
