. "$LIB"
cp "$DATA/dumps/memory/fs-2375.img" good.img
head -c 15 good.img >cut.img

status img2json -o new.json good.img
cat new.json
stat -c '%a %F' new.json
status img2json --output=bad.json cut.img
status img2json -o bad.json good.img cut.img
status img2json -o bad.json nosuch.img

echo old >old.json
chmod 640 old.json
status img2json -o old.json good.img cut.img
cat old.json
status img2json -o old.json good.img
stat -c '%a' old.json
tail -n 1 old.json

# A link is followed, the file it names is replaced.
mkdir elsewhere
echo old >elsewhere/target
ln -s elsewhere/target link
status img2json -o link good.img
stat -c '%F' link
tail -n 1 elsewhere/target

# The output may be an input: it is read before it is replaced.
cp good.img both
status img2json -o both both
tail -n 1 both

# What is no regular file is written to as it is.
status img2json -o /dev/null good.img
stat -c '%F' /dev/null
mkfifo pipe
cat pipe >copy &
status img2json -o pipe good.img
wait
cat copy
status img2json -o elsewhere good.img
status img2json -o nosuch/x good.img
left
