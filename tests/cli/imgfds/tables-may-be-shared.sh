# Tasks with the same files_id have the same table; a holder is named once, as the first of
# them. Tables were numbered by pid before CRIU had ids, which the core image held for a while.
build()
{
	rm -rf dump
	json2img -C dump <<-END
		{"magic":"PSTREE","img":"pstree.img"}
		{"pid":5,"ppid":0,"pgid":5,"sid":5,"threads":[5]}
		{"pid":6,"ppid":5,"pgid":5,"sid":5,"threads":[6]}
		{"pid":7,"ppid":5,"pgid":5,"sid":5,"threads":[7]}
		{"magic":"FS","img":"fs-5.img"}
		{"cwd_id":9,"root_id":9}
		{"magic":"FS","img":"fs-6.img"}
		{"cwd_id":9,"root_id":9}
		{"magic":"FS","img":"fs-7.img"}
		{"cwd_id":9,"root_id":9}
		{"magic":"FILES","img":"files.img"}
		{"type":"PIPE","id":1,"pipe":{"id":1,"pipe_id":50,"flags":0,"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0}}}
		{"type":"PIPE","id":2,"pipe":{"id":2,"pipe_id":50,"flags":1,"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0}}}
		{"type":"REG","id":9,"reg":{"id":9,"flags":0,"pos":0,"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0},"name":"/"}}
		$(cat)
	END
}
build <<-END
	{"magic":"IDS","img":"ids-5.img"}
	{"vm_id":1,"files_id":3,"fs_id":1,"sighand_id":1}
	{"magic":"IDS","img":"ids-6.img"}
	{"vm_id":1,"files_id":3,"fs_id":1,"sighand_id":1}
	{"magic":"IDS","img":"ids-7.img"}
	{"vm_id":1,"files_id":4,"fs_id":1,"sighand_id":1}
	{"magic":"FDINFO","img":"fdinfo-3.img"}
	{"id":1,"flags":0,"type":"PIPE","fd":0,"xattr_security_selinux":"system_u:a"}
	{"id":1,"flags":0,"type":"PIPE","fd":8,"xattr_security_selinux":"system_u:a"}
	{"id":1,"flags":0,"type":"PIPE","fd":9,"xattr_security_selinux":"system_u:b"}
	{"magic":"FDINFO","img":"fdinfo-4.img"}
	{"id":2,"flags":1,"type":"PIPE","fd":1}
END
imgfds dump
imgfds --json dump | jq -c 'select(.type == "PIPE") | [.pid, .fd, .flags, .xattr_security_selinux, .peers, .peer_count]'
echo "-- by pid"
build <<-END
	{"magic":"INVENTORY","img":"inventory.img"}
	{"img_version":1}
	{"magic":"FDINFO","img":"fdinfo-5.img"}
	{"id":1,"flags":0,"type":"PIPE","fd":0}
	{"magic":"FDINFO","img":"fdinfo-7.img"}
	{"id":2,"flags":0,"type":"PIPE","fd":0}
END
# Core images that say no more than that the tasks live.
for pid in 5 6 7; do
	img2json "$DATA/dumps/bashpipe/core-9995.img" >core
	json2img -o dump/core-$pid.img <core
done
imgfds dump
echo "-- by the ids in the core image"
sed 's/^{"mtype/{"ids":{"vm_id":1,"files_id":7,"fs_id":1,"sighand_id":1},"mtype/' core | json2img -o core-5.img
mv core-5.img dump/core-5.img
imgfds -p 5 dump
