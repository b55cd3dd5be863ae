# The parents of a dump are copied below it; what is no image is not.
cp -r "$DATA/dumps/memory-chain" chain
ls chain
top=chain/3
echo "$top" >"$top/dump.log"
imganon -o out "$top" | grep -v searched
find out -type d | sort
imgpages out >/dev/null 2>&1
echo $?
# Memory takes no room.
find out -name 'pages-*' -size +100k -printf '%b %f\n' | awk '$1 < 64 { print $2 }' | sort -u
