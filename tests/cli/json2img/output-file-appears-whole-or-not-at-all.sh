. "$LIB"
good='{"magic":"FS"}{"cwd_id":1,"root_id":2}'
bad='{"magic":"FS"}{"cwd_id":1}'
echo "$good" | status json2img -o new
stat -c '%a %s %F' new
echo "$bad" | status json2img -o none
echo "$good$good" | status json2img -o none
echo "$good x" | status json2img -o none
status json2img -o none nosuch
status json2img -o none </dev/null

echo old >old
chmod 640 old
echo "$bad" | status json2img -o old
cat old
echo "$good" | status json2img -o old
stat -c '%a %s' old

mkdir dir
echo old >dir/target
ln -s dir/target link
ln -s dir/made dangling
echo "$bad" | status json2img -o link
cat dir/target
echo "$good" | status json2img -o link
stat -c '%F' link
stat -c '%s' dir/target
echo "$good" | status json2img -o dangling
echo "$good" | status json2img -o /dev/null
stat -c '%F' /dev/null
echo "$good" | status json2img -o dir
echo "$good" | status json2img -o dir/nosuch/x
echo "$good" | status json2img -o /dev/full
mkfifo pipe
cat pipe >copy &
echo "$good" | status json2img -o pipe
wait
cmp copy new
# The output may be the input.
img2json new >both
status json2img -o both both
cmp both new
left
