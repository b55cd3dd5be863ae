# A message that is damaged further down than the text looks: it is told of, and the line of
# JSON is whole.
fown='"euid":0,"signum":0,"pid_type":0,"pid":0'
json2img -C dump <<-END
	{"magic":"PSTREE","img":"pstree.img"}
	{"pid":1,"ppid":0,"pgid":1,"sid":1,"threads":[1]}
	{"magic":"IDS","img":"ids-1.img"}
	{"vm_id":1,"files_id":1,"fs_id":1,"sighand_id":1}
	{"magic":"FS","img":"fs-1.img"}
	{"cwd_id":2,"root_id":2}
	{"magic":"FDINFO","img":"fdinfo-1.img"}
	{"id":1,"flags":0,"type":"REG","fd":0}
	{"id":3,"flags":0,"type":"EVENTPOLL","fd":1}
	{"magic":"FILES","img":"whole.img"}
	{"type":"REG","id":1,"reg":{"id":1,"flags":0,"pos":0,"fown":{"uid":5,$fown},"name":"/x"}}
	{"type":"REG","id":2,"reg":{"id":2,"flags":0,"pos":0,"fown":{"uid":0,$fown},"name":"/"}}
	{"type":"EVENTPOLL","id":3,"epfd":{"id":3,"flags":0,"fown":{"uid":0,$fown},"tfd":[{"id":0,"tfd":7,"events":1,"data":6},{"id":0,"tfd":8,"events":1,"data":6}]}}
END
# The tags of the owner's uid and of a watched descriptor become others of the same kind.
LC_ALL=C sed 's/\x08\x05\x10/\x10\x05\x10/; s/\x10\x07\x18\x01/\x18\x07\x18\x01/' dump/whole.img >dump/files.img
cmp -s dump/whole.img dump/files.img && echo "not damaged"
imgfds dump
echo "status $?"
imgfds --json dump | jq -c .
