# A line for every test that crit makes, and for what it does not know. Segments and packet
# sockets are numbered through the dump, whichever process is asked for.
fown='"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0}'
addresses='"mm_start_code":0,"mm_end_code":0,"mm_start_data":0,"mm_end_data":0,"mm_start_stack":"0x2b800","mm_start_brk":0,"mm_brk":0,"mm_arg_start":0,"mm_arg_end":0,"mm_env_start":0,"mm_env_end":0'

# Fields of a mapping, one a line: pgoff, shmid, prot, flags, status, madv.
mappings()
{
	cat <<-END
		0 1 5 0x2 VMA_AREA_REGULAR|VMA_FILE_PRIVATE 0
		4096 1 1 0x2 VMA_AREA_REGULAR|VMA_FILE_PRIVATE 0
		0 2 3 0x1 VMA_AREA_REGULAR|VMA_FILE_SHARED 0
		8192 3 7 0x1 VMA_FILE_SHARED 0
		0 99 1 0x2 VMA_FILE_PRIVATE 0
		0 4 3 0x1 VMA_AREA_REGULAR|VMA_FILE_SHARED|VMA_AREA_MEMFD 0
		4096 5 3 0x1 VMA_AREA_REGULAR|VMA_FILE_SHARED|VMA_AREA_MEMFD 0
		0 6 1 0x2 VMA_AREA_REGULAR|VMA_FILE_PRIVATE|VMA_AREA_MEMFD 0
		0 5 3 0x1 VMA_AREA_REGULAR|VMA_ANON_SHARED|VMA_AREA_MEMFD 0
		0 700 3 0x1 VMA_AREA_REGULAR|VMA_ANON_SHARED 0
		0 9 3 0x21 VMA_AREA_REGULAR|VMA_ANON_SHARED|VMA_AREA_SYSVIPC 0
		0 700 0 0x1 VMA_AREA_REGULAR|VMA_ANON_SHARED 0
		0 7 3 0x1 VMA_AREA_SOCKET 0
		0 0 3 0x22 VMA_AREA_REGULAR|VMA_ANON_PRIVATE 0
		0 0 3 0x22 VMA_AREA_REGULAR|VMA_AREA_HEAP|VMA_ANON_PRIVATE 0
		0 0 3 0x122 VMA_AREA_REGULAR|VMA_ANON_PRIVATE 0
		0 0 3 0x122 VMA_AREA_REGULAR|VMA_ANON_PRIVATE 0
		0 0 3 0x22 VMA_AREA_REGULAR|VMA_AREA_STACK|VMA_ANON_PRIVATE 0
		0 0 1 0x22 VMA_AREA_REGULAR|VMA_AREA_VVAR|VMA_ANON_PRIVATE 0x10000
		0 0 5 0x22 VMA_AREA_REGULAR|VMA_AREA_VDSO|VMA_ANON_PRIVATE 0
		0 0 4 0x22 VMA_AREA_VSYSCALL|VMA_ANON_PRIVATE 0
		0 0 3 0x22 VMA_AREA_REGULAR|VMA_AREA_AIORING|VMA_ANON_PRIVATE 0
		0 0 3 0x22 VMA_AREA_REGULAR|VMA_AREA_SHSTK|VMA_ANON_PRIVATE 0
		0 0 4 0x22 VMA_AREA_UPROBES|VMA_ANON_PRIVATE 0
		0 1 3 0x1 VMA_FILE_SHARED|0x8000000 0
		0 0 3 0x28 VMA_AREA_REGULAR|VMA_ANON_PRIVATE 0x5404e
		0 0 3 0x54040022 VMA_AREA_REGULAR|VMA_ANON_PRIVATE 0x1
		0 0 3 0x78046022 VMA_AREA_REGULAR|VMA_ANON_PRIVATE 0
		0 0 3 0x40022 VMA_AREA_REGULAR|VMA_ANON_PRIVATE 0
		0 0 0 0x22 0x10000 0
	END
}

vmas()
{
	local start=$((0x10000)) pgoff shmid prot flags status madv sep=''
	while read -r pgoff shmid prot flags status madv; do
		printf '%s{"start":%d,"end":%d,"pgoff":%d,"shmid":%d,"prot":%d,"flags":%d,"status":"%s","fd":-1,"madv":%d}' \
			"$sep" $start $((start + 4096)) "$pgoff" "$shmid" "$prot" $((flags)) "$status" $((madv))
		sep=,
		start=$((start + 4096))
	done
}

json2img -C dump <<-END
	{"magic":"PSTREE","img":"pstree.img"}
	{"pid":1,"ppid":0,"pgid":1,"sid":1,"threads":[1]}
	{"pid":2,"ppid":1,"pgid":1,"sid":1,"threads":[2]}
	{"pid":3,"ppid":1,"pgid":1,"sid":1,"threads":[3]}
	{"magic":"MM","img":"mm-1.img"}
	{$addresses,"exe_file_id":1,"vmas":[$(mappings | vmas)]}
	{"magic":"MM","img":"mm-2.img"}
	{$addresses,"exe_file_id":2,"vmas":[$(printf '0 700 3 1 VMA_ANON_SHARED 0\n0 12 3 1 VMA_ANON_SHARED 0\n' | vmas),{"start":"0x7fffffff0000","end":"0x7fffffff1000","pgoff":0,"shmid":0,"prot":15,"flags":34,"status":513,"fd":-1}]}
	{"magic":"MM","img":"mm-3.img"}
	{$addresses,"exe_file_id":6}
	{"magic":"FILES","img":"files.img"}
	{"type":"REG","id":1,"reg":{"id":1,"flags":0,"pos":0,$fown,"name":"/bin/x"}}
	{"type":"REG","id":2,"reg":{"id":2,"flags":0,"pos":0,$fown,"name":"/tmp/gone"}}
	{"type":"REG","id":3,"reg":{"id":3,"flags":0,"pos":0,$fown,"name":"/dev/mem"}}
	{"type":"MEMFD","id":4,"memfd":{"id":4,"flags":2,"pos":0,$fown,"inode_id":1}}
	{"type":"MEMFD","id":5,"memfd":{"id":5,"flags":2,"pos":0,$fown,"inode_id":2}}
	{"type":"MEMFD","id":6,"memfd":{"id":6,"flags":2,"pos":0,$fown,"inode_id":2}}
	{"type":"PACKETSK","id":7,"psk":{"id":7,"type":3,"protocol":768,"flags":2,"ifindex":0,$fown,"opts":{"so_sndbuf":1,"so_rcvbuf":1,"so_snd_tmo_sec":0,"so_snd_tmo_usec":0,"so_rcv_tmo_sec":0,"so_rcv_tmo_usec":0},"version":0,"reserve":0,"aux_data":false,"orig_dev":false,"vnet_hdr":false,"loss":false,"timestamp":0,"copy_thresh":0}}
	{"magic":"MEMFD_INODE","img":"memfd.img"}
	{"name":"/dev/zero","uid":0,"gid":0,"size":8192,"shmid":1,"seals":1,"inode_id":1}
	{"name":"a\u001bb","uid":0,"gid":0,"size":8192,"shmid":2,"seals":1,"inode_id":2}
	{"magic":"REMAP_FPATH","img":"remap-fpath.img"}
	{"orig_id":2,"remap_id":1,"remap_type":"GHOST"}
END
imgmems dump
echo "status $?"
imgmems -p 2 dump
imgmems --json dump | jq -c '[.exe // .path // .memfd, .deleted]' | sort | uniq -c | sed 's/^ *//'
imgmems --json -p 2 dump
# A program that was run from a memfd.
imgmems --json -p 3 dump
