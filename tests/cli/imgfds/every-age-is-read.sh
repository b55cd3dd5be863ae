# The same program under CRIU 1.0, 1.3 and 2.0: one image for each kind of file, marks and
# watches beside their files, paths without an id of their own.
for age in 1.3 2.0; do
	echo "-- $age"
	imgfds --queues "$DATA/dumps/old-v$age-m31" | sed 's/[0-9]\{7,\}/N/g'
done
# A dump of 1.0 without its tree, which is made up here.
cp -r "$DATA/dumps/old-v1.0-m31" dump
chmod -R u+w dump
json2img -o dump/pstree.img <<-END
	{"magic":"PSTREE"}
	{"pid":25817,"ppid":0,"pgid":25817,"sid":1,"threads":[25817]}
END
echo "-- 1.0"
imgfds --queues dump | sed 's/[0-9]\{7,\}/N/g'
imgfds --json dump | jq -c 'select(.type | IN("EVENTPOLL", "INOTIFY", "FANOTIFY")) | [.type, (.tfd // .wd // .mark | length)]'
