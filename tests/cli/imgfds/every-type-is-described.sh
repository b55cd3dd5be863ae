# Two tasks with descriptors of every type of the schema, each in the forms that matter.
fown='"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0}'
opts='"opts":{"so_sndbuf":1,"so_rcvbuf":1,"so_snd_tmo_sec":0,"so_snd_tmo_usec":0,"so_rcv_tmo_sec":0,"so_rcv_tmo_usec":0}'
sk="$fown,$opts"
wd='"ignored_mask":0,"s_dev":"8:1"'
many=$(seq 20 | sed 's/.*/{"id":0,"tfd":&,"events":4,"data":0}/' | paste -sd,)
fh='"bytes":8,"type":1,"handle":[1]'

# One line a file: type, key of its message, its fields but the id. Ids count from 1.
files()
{
	cat <<-END
		REG reg "flags":0,"pos":0,$fown,"name":"/srv","mode":16877
		REG reg "flags":0,"pos":0,$fown,"name":"/","mode":16877
		REG reg "flags":0,"pos":0,$fown,"name":"/etc/passwd"
		REG reg "flags":"O_WRONLY | O_APPEND","pos":120,$fown,"name":"/var/log/x y","mode":33188
		REG reg "flags":"O_RDWR","pos":7,$fown,"name":"/tmp/gone","mode":33188
		REG reg "flags":0,"pos":0,$fown,"name":"/tmp/linked"
		REG reg "flags":0,"pos":0,$fown,"name":"/tmp/link_remap.7"
		REG reg "flags":0,"pos":0,$fown,"name":"/proc/77/stat"
		REG reg "flags":"O_DIRECTORY","pos":3,$fown,"name":"/dir"
		REG reg "flags":2097152,"pos":0,$fown,"name":"/only/a/path"
		REG reg "flags":0,"pos":0,$fown,"name":"file[1b:5]","ext":true
		PIPE pipe "pipe_id":100,"flags":0,$fown
		PIPE pipe "pipe_id":100,"flags":1,$fown
		PIPE pipe "pipe_id":101,"flags":0,$fown
		PIPE pipe "pipe_id":102,"flags":1,$fown
		REG reg "flags":"O_RDWR | O_NONBLOCK","pos":0,$fown,"name":"/run/ff"
		FIFO fifo "pipe_id":100,"regf_id":16
		REG reg "flags":"O_WRONLY","pos":0,$fown,"name":"/run/gone"
		FIFO fifo "pipe_id":103,"regf_id":18
		UNIXSK usk "ino":200,"type":"STREAM","state":"LISTEN","flags":"0x2","uflags":0,"backlog":16,"peer":0,$sk,"name":"/run/s=00"
		UNIXSK usk "ino":201,"type":"STREAM","state":"ESTABLISHED","flags":"0x2","uflags":0,"backlog":0,"peer":202,$sk,"name":""
		UNIXSK usk "ino":202,"type":"STREAM","state":"ESTABLISHED","flags":"0x2","uflags":0,"backlog":0,"peer":201,$sk,"name":"","shutdown":"WRITE"
		UNIXSK usk "ino":203,"type":"DGRAM","state":"CLOSE","flags":"0x2","uflags":0,"backlog":0,"peer":0,$sk,"name":"=00abstract"
		UNIXSK usk "ino":204,"type":"SEQPACKET","state":"CLOSE","flags":"0x2","uflags":"0x1","backlog":0,"peer":9,$sk,"name":"rel=00","name_dir":"/w","deleted":true,"shutdown":"BOTH"
		INETSK isk "ino":300,"family":"INET","type":"STREAM","proto":"TCP","state":"LISTEN","src_port":80,"dst_port":0,"flags":"0x2","backlog":511,"src_addr":["0.0.0.0"],"dst_addr":["0.0.0.0"],$sk
		INETSK isk "ino":301,"family":"INET","type":"STREAM","proto":"TCP","state":"ESTABLISHED","src_port":80,"dst_port":4411,"flags":"0x2","backlog":0,"src_addr":["10.0.0.1"],"dst_addr":["10.0.0.2"],$sk
		INETSK isk "ino":302,"family":"INET6","type":"STREAM","proto":"TCP","state":11,"src_port":4411,"dst_port":80,"flags":"0x2","backlog":0,"src_addr":["::ffff:a00:2"],"dst_addr":["::ffff:a00:1"],$sk,"shutdown":"READ"
		INETSK isk "ino":303,"family":"INET6","type":"DGRAM","proto":"UDP","state":"CLOSE","src_port":53,"dst_port":0,"flags":"0x2","backlog":0,"src_addr":["fe80::1"],"dst_addr":["::"],$fown,${opts%\}},"so_bound_dev":"eth0"},"ifname":"eth0"
		INETSK isk "ino":304,"family":"INET","type":"DGRAM","proto":"UDPLITE","state":"ESTABLISHED","src_port":5,"dst_port":6,"flags":"0x2","backlog":0,"src_addr":["127.0.0.1"],"dst_addr":["127.0.0.1"],$sk
		INETSK isk "ino":305,"family":"INET","type":"RAW","proto":1,"state":"CLOSE","src_port":1,"dst_port":0,"flags":"0x2","backlog":0,"src_addr":["0.0.0.0"],"dst_addr":["0.0.0.0"],$sk
		INETSK isk "ino":306,"family":"INET6","type":"RAW","proto":58,"state":"ESTABLISHED","src_port":58,"dst_port":0,"flags":"0x2","backlog":0,"src_addr":["::1"],"dst_addr":["::1"],$sk
		NETLINKSK nlsk "ino":400,"protocol":15,"state":7,"flags":"0x2","portid":7,"groups":["0x3","0x1"],"dst_portid":0,"dst_group":0,$sk
		NETLINKSK nlsk "ino":401,"protocol":99,"state":7,"flags":"0x2","portid":8,"dst_portid":9,"dst_group":2,$sk
		PACKETSK psk "type":3,"protocol":768,"flags":"0x2","ifindex":2,$sk,"version":0,"reserve":0,"aux_data":false,"orig_dev":false,"vnet_hdr":false,"loss":false,"timestamp":0,"copy_thresh":0
		PACKETSK psk "type":2,"protocol":4660,"flags":"0x2","ifindex":9,$sk,"version":0,"reserve":0,"aux_data":false,"orig_dev":false,"vnet_hdr":false,"loss":false,"timestamp":0,"copy_thresh":0
		EVENTFD efd "flags":2050,$fown,"counter":"18446744073709551614"
		EVENTPOLL epfd "flags":2,$fown,"tfd":[{"id":0,"tfd":3,"events":25,"data":3},{"id":0,"tfd":5,"events":2147483649,"data":5},{"id":0,"tfd":6,"events":24,"data":5}]
		EVENTPOLL epfd "flags":2,$fown
		EVENTPOLL epfd "flags":2,$fown,"tfd":[$many]
		SIGNALFD sgfd "flags":"0x802",$fown,"sigmask":"0x8000000200004002"
		TIMERFD tfd "flags":"0x802",$fown,"clockid":7,"ticks":3,"settime_flags":"0x0","vsec":1,"vnsec":500000000,"isec":2,"insec":0
		TIMERFD tfd "flags":"0x2",$fown,"clockid":1,"ticks":0,"settime_flags":"0x0","vsec":0,"vnsec":0,"isec":0,"insec":0
		INOTIFY ify "flags":"0x0",$fown,"wd":[{"id":0,"i_ino":5,"mask":"0x300",$wd,"wd":1,"f_handle":{$fh,"path":"/watched"}},{"id":0,"i_ino":6,"mask":"0x80000002",$wd,"wd":2,"f_handle":{$fh}}]
		FANOTIFY ffy "flags":"0x802",$fown,"faflags":"0x6","evflags":"0x8000","mark":[{"id":0,"type":"MOUNT","mflags":"0x0","mask":"0x20",$wd,"me":{"mnt_id":27}},{"id":0,"type":"MOUNT","mflags":"0x0","mask":"0x20",$wd,"me":{"mnt_id":28,"path":"/mnt"}},{"id":0,"type":"INODE","mflags":"0x0","mask":"0x1a","ignored_mask":"0x20","s_dev":"8:1","ie":{"i_ino":5,"f_handle":{$fh}}}]
		REG reg "flags":"O_RDWR","pos":0,$fown,"name":"/dev/pts/3"
		TTY tty "tty_info_id":1,"flags":"0x2",$fown,"regf_id":45
		TTY tty "tty_info_id":2,"flags":"0x2",$fown,"regf_id":46
		TTY tty "tty_info_id":3,"flags":"0x0",$fown
		REG reg "flags":"O_RDWR","pos":0,$fown,"name":"/dev/net/tun"
		TUNF tunf "netdev":"tap0","detached":true
		MEMFD memfd "flags":"O_RDWR","pos":4096,$fown,"inode_id":1
		MEMFD memfd "flags":"O_RDWR","pos":0,$fown,"inode_id":77
		NS nsf "ns_id":9,"ns_cflag":1073741824,"flags":0
		PIDFD pidfd "ino":1,"flags":2,"nspid":12,$fown
		PIDFD pidfd "ino":55,"flags":2,"nspid":-1,$fown
		BPFMAP bpf "flags":"O_RDWR","pos":0,$fown,"map_type":27,"key_size":0,"value_size":0,"map_id":5,"max_entries":4096,"map_flags":0,"memlock":0,"frozen":false,"map_name":"rb","ifindex":0
		EXT ext $fown
	END
}

files | awk 'BEGIN { print "{\"magic\":\"FILES\",\"img\":\"files.img\"}" } {
	type = $1; key = $2; sub(/^[^ ]+ [^ ]+ /, "")
	printf "{\"type\":\"%s\",\"id\":%d,\"%s\":{\"id\":%d,%s}}\n", type, NR, key, NR, $0
}' >stream
files | awk 'BEGIN { print "{\"magic\":\"FDINFO\",\"img\":\"fdinfo-1.img\"}" } {
	printf "{\"id\":%d,\"flags\":%d,\"type\":\"%s\",\"fd\":%d}\n", NR, NR == 5, $1, NR
} END {
	print "{\"id\":1000,\"flags\":0,\"type\":\"UND\",\"fd\":1000}"
}' >>stream
cat >>stream <<-END
	{"magic":"FDINFO","img":"fdinfo-2.img"}
	{"id":12,"flags":0,"type":"PIPE","fd":0}
	{"id":21,"flags":0,"type":"UNIXSK","fd":1}
	{"magic":"INVENTORY","img":"inventory.img"}
	{"img_version":2,"fdinfo_per_id":true}
	{"magic":"PSTREE","img":"pstree.img"}
	{"pid":1,"ppid":0,"pgid":1,"sid":1,"threads":[1]}
	{"pid":12,"ppid":1,"pgid":1,"sid":1,"threads":[12]}
	{"magic":"IDS","img":"ids-1.img"}
	{"vm_id":1,"files_id":1,"fs_id":1,"sighand_id":1,"net_ns_id":9}
	{"magic":"IDS","img":"ids-12.img"}
	{"vm_id":2,"files_id":2,"fs_id":1,"sighand_id":1,"net_ns_id":9}
	{"magic":"FS","img":"fs-1.img"}
	{"cwd_id":1,"root_id":2}
	{"magic":"FS","img":"fs-12.img"}
	{"cwd_id":5,"root_id":2}
	{"magic":"REMAP_FPATH","img":"remap-fpath.img"}
	{"orig_id":5,"remap_id":1,"remap_type":"GHOST"}
	{"orig_id":6,"remap_id":7,"remap_type":"LINKED"}
	{"orig_id":8,"remap_id":77,"remap_type":"PROCFS"}
	{"orig_id":18,"remap_id":2147483650}
	{"magic":"TTY_INFO","img":"tty-info.img"}
	{"id":1,"type":"PTY","locked":false,"exclusive":false,"packet_mode":false,"sid":12,"pgrp":13,"rdev":34819,"winsize":{"ws_row":24,"ws_col":80,"ws_xpixel":0,"ws_ypixel":0},"pty":{"index":3}}
	{"id":2,"type":"PTY","locked":false,"exclusive":false,"packet_mode":false,"sid":0,"pgrp":0,"rdev":1282,"pty":{"index":3}}
	{"id":3,"type":"CONSOLE","locked":false,"exclusive":false,"packet_mode":false,"sid":0,"pgrp":0,"rdev":1281}
	{"magic":"MEMFD_INODE","img":"memfd.img"}
	{"name":"my mem","uid":0,"gid":0,"size":8192,"shmid":1,"seals":"F_SEAL_SEAL | F_SEAL_WRITE","inode_id":1}
	{"magic":"NETDEV","img":"netdev-9.img"}
	{"type":"LOOPBACK","ifindex":1,"mtu":0,"flags":0,"name":"lo"}
	{"type":"VETH","ifindex":2,"mtu":0,"flags":0,"name":"eth0"}
	{"magic":"PIPES_DATA","img":"pipes-data.img"}
	{"pipe_id":100,"bytes":4,"extra":"YWJjZA=="}
	{"magic":"FIFO_DATA","img":"fifo-data.img"}
	{"pipe_id":100,"bytes":1,"extra":"YQ=="}
	{"magic":"SK_QUEUES","img":"sk-queues.img"}
	{"id_for":22,"length":2,"extra":"YWI="}
	{"id_for":23,"length":3,"extra":"YWJj"}
	{"id_for":22,"length":1,"extra":"YQ=="}
	{"magic":"TTY_DATA","img":"tty-data.img"}
	{"tty_id":2,"data":"YWJjZGU="}
	{"magic":"TCP_STREAM","img":"tcp-stream-12d.img"}
	{"inq_len":2,"inq_seq":0,"outq_len":3,"outq_seq":0,"opt_mask":0,"snd_wscale":0,"mss_clamp":0,"extra":{"inq":"YWI=","outq":"YWJj"}}
END
json2img -C dump <stream || exit
imgfds dump
echo "status $?"
imgfds --flags dump | sed -n '/^1$/,/^12$/p' | awk '/: (\/|fifo|tun|pidfd|ns|eventfd)/'
echo "-- what waits"
imgfds --queues dump | grep -E 'queued|send queue'
echo "-- what listens"
imgfds -l dump
