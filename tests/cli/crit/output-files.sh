# What becomes of the file of -o: written over in place, followed through links, left as it was
# where the run fails; a new one readable as the umask says.
. "$LIB"
PATH=$BUILD/dropin:$PATH
cp "$DATA/dumps/memory/pstree.img" p.img
crit decode -i p.img -o new
stat -c %a new
umask 077
chmod 640 new
ino=$(stat -c %i new)
ln new other
ln -s new link
crit decode -i p.img -o link
[ "$(stat -c '%a %i %h' new)" = "640 $ino 2" ] && echo kept
chmod 640 p.img && ln -s p.img to-p
crit decode -i p.img -o to-p && stat -c %a p.img && crit encode -i p.img -o p.img
ino=$(stat -c %i p.img)
crit decode -i p.img -o p.img && crit encode -i p.img -o p.img
[ "$(stat -c %i p.img)" = "$ino" ] && echo 'the same file'
mkdir closed && echo old >closed/file && chmod a-w closed
crit decode -i p.img -o closed/file && cmp closed/file <(crit decode -i p.img | head -c -1)
chmod u+w closed
exec 6>open
crit decode -i p.img -o /dev/stdout >&6
cmp open /dev/fd/6 && [ -s open ] && echo 'written to what is open'
crit decode -i p.img -o p.img && crit encode -i p.img -o p.img && cmp p.img "$DATA/dumps/memory/pstree.img"
head -c 20 p.img >"cut"
status crit decode -i "cut" -o new
cmp new other
echo '{"magic":"PSTREE","entries":[{"pid":1}]}' >bad
status crit encode -i bad -o new
status crit encode -i p.img -o new
head -c 100 /dev/zero | tr '\0' x >raw
status crit decode -i raw -o none
left . | grep none
crit decode -i p.img -o /dev/null
crit decode -i p.img >/dev/full
echo "status $?"
