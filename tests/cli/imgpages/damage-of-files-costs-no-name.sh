# files.img is cut behind the entry of the program: that is told once, and its name is used.
cp -r "$DATA/dumps/memory" d
head -c -3 "$DATA/dumps/memory/files.img" >d/files.img
imgpages -p 2375 d | grep /srv/demo/app
echo "status ${PIPESTATUS[0]}"
