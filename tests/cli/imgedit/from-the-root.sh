# --path=/=B moves all paths but those below /proc and /dev, as imganon(1) shows for stubs: the root itself
# becomes B, without a slash after it.
imgedit --path=/=/stubs -o moved "$DATA/dumps/bashpipe" >report
echo $?
img2json moved/files.img | jq -r '.reg.name? // empty' | sed 's|^\(/[^/]*\).*|\1|' | sort | uniq -c
grep ' / ' report
