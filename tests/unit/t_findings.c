/* check: what is found in dumps of which one value was changed, word by word. */
#include "libimg/check/check.h"

#include "libimg/base/intern.h"
#include "texts.h"

/* A bundled dump, an image of it, and what is changed in that: see texts.h; NULL: a new image. */
struct change {
	const char *dump, *image, *from, *to;
	const char *finding;
};

/* clang-format off */

static const struct change changes[] = {
	{ "memory", "files.img", "",
	  "{'type':'UNIXSK','id':100,'usk':{'id':100,'ino':1000,'type':1,'state':7,'flags':2,'uflags':0,'backlog':0,'peer':0,'fown':$fown,'opts':$opts,'name':'/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'}}",
	  "files.img: entry 14: usk.name 109 (0x6d) bytes, longer than the longest name (108) [socket-values]" },
	{ "memory", "files.img", "",
	  "{'type':'UNIXSK','id':100,'usk':{'id':100,'ino':1000,'type':1,'state':7,'flags':2,'uflags':1048576,'backlog':0,'peer':0,'fown':$fown,'opts':$opts,'name':''}}",
	  "files.img: entry 14: usk.uflags 1048576 (0x100000) has unknown bits [socket-values]" },
	{ "memory", "files.img", "",
	  "{'type':'UNIXSK','id':100,'usk':{'id':100,'ino':1000,'type':1,'state':10,'flags':2,'uflags':0,'backlog':0,'peer':0,'fown':$fown,'opts':$opts,'name':''}}",
	  "files.img: entry 14: usk.name 0 (0x0) bytes, unexpected in a listening socket [socket-values]" },
	{ "memory", "files.img", "",
	  "{'type':'UNIXSK','id':100,'usk':{'id':100,'ino':0,'type':1,'state':7,'flags':2,'uflags':0,'backlog':0,'peer':0,'fown':$fown,'opts':$opts,'name':''}}",
	  "files.img: entry 14: usk.ino 0 (0x0) is not a valid inode number [unix-peer]" },
	{ "memory", "files.img", "",
	  "{'type':'INETSK','id':100,'isk':{'id':100,'ino':1000,'family':2,'type':7,'proto':6,'state':7,'src_port':80,'dst_port':0,'flags':2,'backlog':0,'src_addr':[0],'dst_addr':[0],'fown':$fown,'opts':$opts}}",
	  "files.img: entry 14: isk.type 7 (0x7) is not stream, dgram or raw [socket-values]" },
	{ "memory", "files.img", "",
	  "{'type':'INETSK','id':100,'isk':{'id':100,'ino':1000,'family':2,'type':1,'proto':6,'state':0,'src_port':80,'dst_port':0,'flags':2,'backlog':0,'src_addr':[0],'dst_addr':[0],'fown':$fown,'opts':$opts}}",
	  "files.img: entry 14: isk.state 0 (0x0) is not a socket state [socket-values]" },
	{ "memory", "files.img", "",
	  "{'type':'INETSK','id':100,'isk':{'id':100,'ino':1000,'family':2,'type':1,'proto':6,'state':13,'src_port':80,'dst_port':0,'flags':2,'backlog':0,'src_addr':[0],'dst_addr':[0],'fown':$fown,'opts':$opts}}",
	  "files.img: entry 14: isk.state 13 (0xd) is not a socket state [socket-values]" },
	{ "memory", "files.img", "",
	  "{'type':'INETSK','id':100,'isk':{'id':100,'ino':1000,'family':2,'type':1,'proto':6,'state':10,'src_port':80,'dst_port':9,'flags':2,'backlog':0,'src_addr':[0],'dst_addr':[0],'fown':$fown,'opts':$opts}}",
	  "files.img: entry 14: isk.dst_port 9 (0x9) not expected in a listening socket [socket-values]" },
	{ "memory", "files.img", "",
	  "{'type':'INETSK','id':100,'isk':{'id':100,'ino':1000,'family':2,'type':1,'proto':6,'state':1,'src_port':80,'dst_port':0,'flags':2,'backlog':0,'src_addr':[0],'dst_addr':[16777343],'fown':$fown,'opts':$opts}}",
	  "files.img: entry 14: isk.dst_port 0 (0x0) not expected in a connection [socket-values]" },
	{ "memory", "files.img", "",
	  "{'type':'NETLINKSK','id':100,'nlsk':{'id':100,'ino':1000,'protocol':32,'state':7,'flags':2,'portid':0,'dst_portid':0,'dst_group':0,'fown':$fown,'opts':$opts}}",
	  "files.img: entry 14: nlsk.protocol 32 (0x20) is not a netlink protocol [socket-values]" },
	{ "memory", "files.img", "",
	  "{'type':'NETLINKSK','id':100,'nlsk':{'id':100,'ino':1000,'protocol':0,'state':13,'flags':2,'portid':0,'dst_portid':0,'dst_group':0,'fown':$fown,'opts':$opts}}",
	  "files.img: entry 14: nlsk.state 13 (0xd) is not a socket state [socket-values]" },
	{ "memory", "files.img", "",
	  "{'type':'PACKETSK','id':100,'psk':{'id':100,'type':1,'protocol':3,'flags':2,'ifindex':0,'fown':$fown,'opts':$opts,'version':0,'reserve':0,'aux_data':false,'orig_dev':false,'vnet_hdr':false,'loss':false,'timestamp':0,'copy_thresh':0}}",
	  "files.img: entry 14: psk.type 1 (0x1) is not 2 (dgram), 3 (raw) or 10 (packet) [socket-values]" },
	{ "memory", "files.img", "",
	  "{'type':'PACKETSK','id':100,'psk':{'id':100,'type':3,'protocol':3,'flags':2,'ifindex':0,'fown':$fown,'opts':$opts,'version':3,'reserve':0,'aux_data':false,'orig_dev':false,'vnet_hdr':false,'loss':false,'timestamp':0,'copy_thresh':0}}",
	  "files.img: entry 14: psk.version 3 (0x3) is not a TPACKET version [socket-values]" },
	{ "memory", "files.img", "",
	  "{'type':'INOTIFY','id':100,'ify':{'id':100,'flags':2,'fown':$fown,'wd':[{'id':7,'i_ino':5,'mask':2,'ignored_mask':0,'s_dev':5,'wd':1,'f_handle':{'bytes':8,'type':1,'handle':[1]}}]}}",
	  "files.img: entry 14: ify.wd[0].id 7, expected 0 inside the entry of a file [watch-values?]" },
	{ "memory", "files.img", "",
	  "{'type':'FANOTIFY','id':100,'ffy':{'id':100,'flags':2,'fown':$fown,'faflags':0,'evflags':0,'mark':[{'id':0,'type':'INODE','mflags':0,'mask':1,'ignored_mask':0,'s_dev':5,'ie':{'i_ino':5,'f_handle':{'bytes':8,'type':1,'handle':[1]}},'me':{'mnt_id':9}}]}}",
	  "files.img: entry 14: ffy.mark[0].me does not match the type [watch-values]" },
	{ "memory", "files.img", "",
	  "{'type':'FANOTIFY','id':100,'ffy':{'id':100,'flags':2,'fown':$fown,'faflags':0,'evflags':0,'mark':[{'id':0,'type':'INODE','mflags':0,'mask':1,'ignored_mask':0,'s_dev':5,'ie':{'i_ino':5,'f_handle':{'bytes':8,'type':1,'handle':[1]}}},{'id':0,'type':'INODE','mflags':0,'mask':1,'ignored_mask':0,'s_dev':5,'ie':{'i_ino':5,'f_handle':{'bytes':8,'type':1,'handle':[1]}}}]}}",
	  "files.img: entry 14: ffy.mark[1].type is also that of an earlier mark on the same object [watch-values?]" },
	{ "memory", "files.img", "",
	  "{'type':'FANOTIFY','id':100,'ffy':{'id':100,'flags':2,'fown':$fown,'faflags':0,'evflags':0,'mark':[{'id':0,'type':'INODE','mflags':0,'mask':2097152,'ignored_mask':0,'s_dev':5,'ie':{'i_ino':5,'f_handle':{'bytes':8,'type':1,'handle':[1]}}}]}}",
	  "files.img: entry 14: ffy.mark[0].mask 0x200000 has bits that are not events [watch-values]" },
	{ "memory", "files.img", "",
	  "{'type':'FANOTIFY','id':100,'ffy':{'id':100,'flags':2,'fown':$fown,'faflags':0,'evflags':0,'mark':[{'id':0,'type':'INODE','mflags':0,'mask':1,'ignored_mask':2097152,'s_dev':5,'ie':{'i_ino':5,'f_handle':{'bytes':8,'type':1,'handle':[1]}}}]}}",
	  "files.img: entry 14: ffy.mark[0].ignored_mask 0x200000 has bits that are not events [watch-values]" },
	{ "memory", "files.img", "",
	  "{'type':'FANOTIFY','id':100,'ffy':{'id':100,'flags':2,'fown':$fown,'faflags':0,'evflags':0,'mark':[{'id':0,'type':'INODE','mflags':1048576,'mask':1,'ignored_mask':0,'s_dev':5,'ie':{'i_ino':5,'f_handle':{'bytes':8,'type':1,'handle':[1]}}}]}}",
	  "files.img: entry 14: ffy.mark[0].mflags 0x100000 has bits unknown to fanotify_mark(2) [watch-values]" },
	{ "memory", "files.img", "",
	  "{'type':'EVENTFD','id':100,'efd':{'id':100,'flags':2,'fown':$fown,'counter':18446744073709551615}}",
	  "files.img: entry 14: efd.counter 18446744073709551615 (0xffffffffffffffff) exceeds the largest counter [file-values]" },
	{ "memory", "mm-2375.img", "'start':94264541503488,'end':94264541507584",
	  "'start':94264541503500,'end':94264541507584",
	  "mm-2375.img: entry 0: vmas[0].start 0x55bbac82e00c is not on a page boundary [vma-range]" },
	{ "memory", "mm-2375.img", "'start':94264541503488,'end':94264541507584",
	  "'start':94264541503488,'end':94264541507500",
	  "mm-2375.img: entry 0: vmas[0].end 0x55bbac82efac is not on a page boundary [vma-range?]" },
	{ "memory", "mm-2375.img", "'status':65",
	  "'status':1073741889",
	  "mm-2375.img: entry 0: vmas[0].status 0x40000041 has unknown bits (0x40000000) [vma-status]" },
	{ "memory", "mm-2375.img", "'prot':1",
	  "'prot':65",
	  "mm-2375.img: entry 0: vmas[0].prot 0x41 has unknown bits [vma-status]" },
	{ "memory", "mm-2375.img", "'dumpable':1",
	  "'dumpable':3",
	  "mm-2375.img: entry 0: dumpable 3 is not 0, 1 or 2 [mm-layout]" },
	{ "memory", "mm-2375.img", "'mm_start_brk':94265181437952",
	  "'mm_start_brk':94265181437900",
	  "mm-2375.img: entry 0: mm_start_brk 0x55bbd2a77fcc is not in the heap, which ends at 0x55bbd2a99000 [mm-layout]" },
	{ "memory", "mm-2375.img", "[33,140087473582080",
	  "[33,4096",
	  "mm-2375.img: entry 0: mm_saved_auxv[1] 0x1000 is not the start of the vdso (0x7f68a819b000) [mm-auxv?]" },
	{ "memory", "mm-2375.img", "51,3632,",
	  "51,3632,6,8192,",
	  "mm-2375.img: entry 0: mm_saved_auxv[5] 8192 (0x2000) is not a page size of this architecture [mm-auxv?]" },
	{ "memory", "pagemap-2375.img", "",
	  "{'vaddr':140088000000000,'compat_nr_pages':0,'flags':64,'nr_pages':1}",
	  "pagemap-2375.img: entry 35: flags 0x40 has unknown bits [pagemap-flags]" },
	{ "memory", "pagemap-2375.img", "",
	  "{'vaddr':18446744073709547520,'compat_nr_pages':0,'flags':4,'nr_pages':2}",
	  "pagemap-2375.img: entry 35: vaddr 0xfffffffffffff000 and 2 pages extend past the end of any address space [pagemap-range]" },
	{ "memory", "core-2375.img", "'exit_code':0",
	  "'exit_code':9",
	  "core-2375.img: entry 0: tc.exit_code 9 unexpected in a live task [core-state]" },
	{ "memory", "core-2375.img", "'task_state':1",
	  "'task_state':1,'stop_signo':19",
	  "core-2375.img: entry 0: tc.stop_signo unexpected in a task that is not stopped [core-state]" },
	{ "memory", "core-2375.img", "'oom_score_adj':0",
	  "'oom_score_adj':1001",
	  "core-2375.img: entry 0: tc.oom_score_adj 1001 is not between -1000 and 1000 [core-state]" },
	{ "memory", "core-2375.img", "'secbits':0",
	  "'secbits':256",
	  "core-2375.img: entry 0: thread_core.creds.secbits 0x100 has bits unknown to Linux [core-creds]" },
	{ "memory", "core-2375.img", "'sched_policy':0",
	  "'sched_policy':9",
	  "core-2375.img: entry 0: thread_core.sched_policy 9 is not a scheduling policy [core-sched]" },
	{ "memory", "core-2375.img", "'secbits':0",
	  "'secbits':0,'no_new_privs':2",
	  "core-2375.img: entry 0: thread_core.creds.no_new_privs 2 is neither 0 nor 1 [core-creds]" },
	{ "memory", "core-2375.img", "'sched_policy':0",
	  "'sched_policy':0,'pdeath_sig':65",
	  "core-2375.img: entry 0: thread_core.pdeath_sig 65 is not a signal [core-signals]" },
	{ "memory", "core-2375.img", "'signals_s':{}",
	  "'signals_s':{'signals':[{'siginfo':'QQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='}]}",
	  "core-2375.img: entry 0: tc.signals_s.signals[0].siginfo 65 is not a signal [core-signals]" },
	{ "memory", "fs-2375.img", "'umask':18",
	  "'umask':512",
	  "fs-2375.img: entry 0: umask 01000 is not a valid umask [task-file]" },
	{ "memory", "fdinfo-2.img", "",
	  "{'id':100,'flags':0,'type':'INOTIFY','fd':77}",
	  "fdinfo-2.img: entry 6: id 100 (0x64) is not the id of an INOTIFY file in files.img [fd-file]" },
	{ "memory", "fdinfo-2.img", "",
	  "{'id':100,'flags':0,'type':'SIGNALFD','fd':77}",
	  "fdinfo-2.img: entry 6: id 100 (0x64) is not the id of a SIGNALFD file in files.img [fd-file]" },
	{ "memory", "fdinfo-2.img", "'fd':0",
	  "'fd':2147483648",
	  "fdinfo-2.img: entry 0: fd 2147483648 is not a valid descriptor [fd-twice]" },
	{ "memory", "filelocks.img", NULL,
	  "{'magic':'FILE_LOCKS'}\n{'flag':3,'type':1,'pid':2375,'fd':0,'start':0,'len':5}",
	  "filelocks.img: entry 0: flag 3 is not 1 (POSIX), 2 (flock), 4 (OFD) or 8 (lease) [lock-fd?]" },
	{ "memory", "filelocks.img", NULL,
	  "{'magic':'FILE_LOCKS'}\n{'flag':1,'type':1,'pid':2375,'fd':0,'start':-1,'len':5}",
	  "filelocks.img: entry 0: start -1 is negative [lock-fd]" },
	{ "memory", "filelocks.img", NULL,
	  "{'magic':'FILE_LOCKS'}\n{'flag':1,'type':1,'pid':2375,'fd':0,'start':0,'len':-5}",
	  "filelocks.img: entry 0: len -5 is negative [lock-fd]" },
	{ "memory", "eventpoll-tfd.img", NULL,
	  "{'magic':'EVENTPOLL_TFD'}\n{'id':99,'tfd':1,'events':1,'data':1}",
	  "eventpoll-tfd.img: entry 0: id 99 (0x63) is not the id of an EVENTPOLL file [epoll-fd]" },
	{ "memory", "apparmor.img", NULL,
	  "{'magic':'APPARMOR'}\n{'namespaces':[{'name':'n','policies':[{'name':'p','blob':''}],'namespaces':[]}]}",
	  "apparmor.img: entry 0: policy p of namespace n is empty [apparmor]" },
	{ "memory", "apparmor.img", NULL,
	  "{'magic':'APPARMOR'}\n{'namespaces':[{'name':'n','policies':[{'name':'p','blob':'YQ=='},{'name':'p','blob':'YQ=='}],'namespaces':[]}]}",
	  "apparmor.img: entry 0: duplicate policy p of namespace n [apparmor]" },
	{ "memory", "sk-queues.img", NULL,
	  "{'magic':'SK_QUEUES'}\n{'id_for':1,'length':1,'scm':[{'type':1,'rights':[1]},{'type':1,'rights':[1]}],'extra':'YQ=='}",
	  "sk-queues.img: entry 0: scm 2 control messages, more than the limit of one [queue-owner]" },
	{ "memory", "files.img", "'/srv/demo/data-memory','mode':16877",
	  "'srv','mode':16877",
	  "files.img: entry 10: reg.name does not begin with a slash [file-reg]" },
	{ "memory", "files.img", "'/srv/demo/app','size':16960,'mode':33261",
	  "'/srv/demo/app','size':16960,'mode':98797",
	  "files.img: entry 0: reg.mode has invalid mode bits [file-reg]" },
	{ "memory", "files.img", "'/srv/demo/app','size':16960,'mode':33261",
	  "'/srv/demo/app','size':16960,'mode':49645",
	  "files.img: entry 0: reg.mode is that of a socket, which cannot be opened [file-reg]" },
	{ "memory", "files.img", "'name':'/srv/demo/app'",
	  "'name':'file[1:2]'",
	  "files.img: entry 0: reg.name does not begin with a slash [file-reg]" },
	{ "memory", "files.img", "'name':'/srv/demo/app'",
	  "'name':'srv/demo/app'",
	  "files.img: entry 0: reg.name does not begin with a slash [file-reg]" },
	{ "memory", "mm-2375.img", ",6,4096,17,100",
	  ",17,100",
	  "mm-2375.img: entry 0: mm_saved_auxv has no page size (AT_PAGESZ) [mm-auxv?]" },
	{ "memory", "files.img", "",
	  "{'type':'UND','id':100}",
	  "files.img: entry 14: type is not a file type [file-entry]" },
	{ "memory", "core-2375.img", "'comm':'app','rseq_entry'",
	  "'comm':'0123456789abcdef','rseq_entry'",
	  "core-2375.img: entry 0: thread_core.comm is longer than 15 bytes [core-state?]" },
	{ "binfmt-uns-VIRTUALIZED-build", "files.img", "",
	  "{'type':'INOTIFY','id':100,'ify':{'id':100,'flags':2,'fown':$fown,'wd':[{'id':0,'i_ino':5,'mask':2,'ignored_mask':0,'s_dev':5,'wd':1,'f_handle':{'bytes':8,'type':1,'handle':[1],'path':'/x','mnt_id':9}}]}}",
	  "files.img: entry 19: ify.wd[0].f_handle.mnt_id 9 (0x9) is not the id of a mount [file-mount]" },
	{ "binfmt-uns-VIRTUALIZED-build", "files.img", "",
	  "{'type':'FANOTIFY','id':100,'ffy':{'id':100,'flags':2,'fown':$fown,'faflags':0,'evflags':0,'mark':[{'id':0,'type':'MOUNT','mflags':16,'mask':1,'ignored_mask':0,'s_dev':5,'me':{'mnt_id':9}}]}}",
	  "files.img: entry 19: ffy.mark[0].me.mnt_id 9 (0x9) is not the id of a mount [file-mount]" },
	{ "binfmt-uns-VIRTUALIZED-build", "userns-14.img", "'count':1",
	  "'count':0",
	  "userns-14.img: entry 0: uid_map[0].count 0 is not a valid range length [user-map]" },
	{ "binfmt-uns-VIRTUALIZED-build", "userns-14.img", "'first':0,'lower_first':0,'count':1",
	  "'first':9,'lower_first':0,'count':4294967295",
	  "userns-14.img: entry 0: uid_map[0].count 4294967295 is not a valid range length [user-map]" },
	{ "binfmt-uns-VIRTUALIZED-build", "binfmt-misc.img", "'mask':'ffffff00'",
	  "'mask':'ffff'",
	  "binfmt-misc.img: entry 1: mask differs from magic in length [binfmt]" },
	{ "binfmt-uns-VIRTUALIZED-build", "binfmt-misc.img", "/bin/true",
	  "",
	  "binfmt-misc.img: entry 1: interpreter is empty [binfmt]" },
	{ "binfmt-uns-VIRTUALIZED-build", "fs-1.img", "'umask':18",
	  "'umask':512",
	  "fs-1.img: entry 0: umask 01000 is not a valid umask [task-file]" },
	{ "bpf_hash_h", "files.img", "'map_type':1",
	  "'map_type':9",
	  "files.img: entry 13: bpf.map_type 9 (0x9) is not 1 (hash) or 2 (array) [file-values]" },
	{ "bpf_hash_h", "files.img", "'key_size':4",
	  "'key_size':0",
	  "files.img: entry 13: bpf.key_size 0 (0x0) is not a valid size [file-values]" },
	{ "bpf_hash_h", "files.img", "'value_size':4",
	  "'value_size':0",
	  "files.img: entry 13: bpf.value_size 0 (0x0) is not a valid size [file-values]" },
	{ "bpf_hash_h", "files.img", "'max_entries':10",
	  "'max_entries':9",
	  "bpfmap-data.img: entry 0: count 10 exceeds max_entries of the map (9) [bpf-data]" },
	{ "bpf_hash_h", "bpfmap-data.img", "",
	  "{'map_id':27,'keys_bytes':4,'values_bytes':4,'count':1,'extra':'AAAAAAAAAAA='}",
	  "bpfmap-data.img: entry 1: map_id 27 (0x1b) already has an entry [bpf-data]" },
	{ "socket-tcp-nft-nfconntrack_h", "tcp-stream-30bb2.img", "'opt_mask':7",
	  "'opt_mask':263",
	  "tcp-stream-30bb2.img: entry 0: opt_mask 0x107 has unknown bits [tcp-stream]" },
	{ "socket-tcp-nft-nfconntrack_h", "tcp-stream-30bb2.img", "'snd_wscale':10",
	  "'snd_wscale':15",
	  "tcp-stream-30bb2.img: entry 0: snd_wscale 15 exceeds the largest window scale (14) [tcp-stream]" },
	{ "socket-tcp-nft-nfconntrack_h", "tcp-stream-30bb2.img", "'rcv_wscale':10",
	  "'rcv_wscale':15",
	  "tcp-stream-30bb2.img: entry 0: rcv_wscale 15 exceeds the largest window scale (14) [tcp-stream]" },
	{ "socket-tcp-nft-nfconntrack_h", "tcp-stream-30bb2.img", "'timestamp':1130844882,",
	  "",
	  "tcp-stream-30bb2.img: entry 0: timestamp missing: opt_mask has timestamps [tcp-stream]" },
	{ "socket-tcp-nft-nfconntrack_h", "tcp-stream-30bb2.img", "'snd_wl1':2242253442,",
	  "",
	  "tcp-stream-30bb2.img: entry 0: snd_wl1 missing: snd_wnd is set [tcp-stream]" },
	{ "socket-tcp-nft-nfconntrack_h", "tcp-stream-30bb2.img", "'max_window':65483,",
	  "",
	  "tcp-stream-30bb2.img: entry 0: max_window missing: snd_wnd is set [tcp-stream]" },
	{ "socket-tcp-nft-nfconntrack_h", "tcp-stream-30bb2.img", ",'rcv_wnd':65536",
	  "",
	  "tcp-stream-30bb2.img: entry 0: rcv_wnd missing: snd_wnd is set [tcp-stream]" },
	{ "socket-tcp-nft-nfconntrack_h", "tcp-stream-30bb2.img", ",'rcv_wup':2242253443",
	  "",
	  "tcp-stream-30bb2.img: entry 0: rcv_wup missing: snd_wnd is set [tcp-stream]" },
	{ "tun_ns_ns", "utsns-12.img", "(none)",
	  "ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
	  "utsns-12.img: entry 0: domainname 65 bytes, more than the limit of 64 [uts-name?]" },
	{ "tun_ns_ns", "netdev-10.img", "",
	  "{'type':'MACVLAN','ifindex':9,'mtu':1,'flags':1,'name':'m'}",
	  "netdev-10.img: entry 1: macvlan missing in a MACVLAN device [net-device]" },
	{ "tun_ns_ns", "netdev-10.img", "",
	  "{'type':'SIT','ifindex':9,'mtu':1,'flags':1,'name':'m'}",
	  "netdev-10.img: entry 1: sit missing in a SIT device [net-device]" },
	{ "tun_ns_ns", "netdev-10.img", "",
	  "{'type':'MACVLAN','ifindex':9,'mtu':1,'flags':1,'name':'m','macvlan':{'mode':1},'tun':{'flags':1,'owner':0,'group':0,'vnethdr':0,'sndbuf':0}}",
	  "netdev-10.img: entry 1: tun does not match the type [net-device]" },
	{ "tun_ns_ns", "netdev-10.img", "",
	  "{'type':'LOOPBACK','ifindex':9,'mtu':1,'flags':1,'name':'m','macvlan':{'mode':1}}",
	  "netdev-10.img: entry 1: macvlan does not match the type [net-device]" },
	{ "tun_ns_ns", "netdev-10.img", "",
	  "{'type':'LOOPBACK','ifindex':9,'mtu':1,'flags':1,'name':'m','sit':{}}",
	  "netdev-10.img: entry 1: sit does not match the type [net-device]" },
	{ "tun_ns_ns", "netdev-10.img", "",
	  "{'type':'VETH','ifindex':0,'mtu':1,'flags':1,'name':'v'}",
	  "netdev-10.img: entry 1: ifindex 0 (0x0) is not a valid index [net-device]" },
	{ "tun_ns_ns", "netdev-10.img", "",
	  "{'type':'VETH','ifindex':9,'mtu':1,'flags':1,'name':''}",
	  "netdev-10.img: entry 1: name 0 bytes, expected a name of 1 to 15 [net-device]" },
	{ "tun_ns_ns", "netdev-10.img", "",
	  "{'type':'VETH','ifindex':9,'mtu':1,'flags':1,'name':'0123456789abcdef'}",
	  "netdev-10.img: entry 1: name 16 bytes, expected a name of 1 to 15 [net-device]" },
	{ "tun_ns_ns", "netdev-10.img", "",
	  "{'type':'VETH','ifindex':8,'mtu':1,'flags':1,'name':'a','peer_ifindex':9,'peer_nsid':10}\n{'type':'VETH','ifindex':9,'mtu':1,'flags':1,'name':'b','peer_ifindex':7,'peer_nsid':10}",
	  "netdev-10.img: entry 1: peer_ifindex 9 (0x9) is b, whose own peer is 7 (0x7) [net-link]" },
	{ "tun_ns_ns", "netns-10.img", "'type':'CTL_32','iarg':0",
	  "'type':'CTL_STR','iarg':0",
	  "netns-10.img: entry 0: def_conf4[0] is a text, expected a number [net-setting]" },
	{ "tun_ns_ns", "netns-10.img", "'type':'CTL_32','iarg':0",
	  "'type':'CTL_32','sarg':'x'",
	  "netns-10.img: entry 0: def_conf4[0] has a text, but its type is CTL_32 [net-setting]" },
	{ "tun_ns_ns", "mountpoints-14.img", "'shared_id':0,'master_id':0",
	  "'shared_id':5,'master_id':5",
	  "mountpoints-14.img: entry 0: master_id 5 (0x5) is the group of the mount itself [mount-group]" },
	{ "tun_ns_ns", "core-5.img", "'mtype':'X86_64'",
	  "'mtype':'AARCH64'",
	  "core-5.img: entry 0: mtype is AARCH64, expected X86_64 as in the rest of the dump [core-arch]" },
	{ "tun_ns_ns", "netns-10.img", "{'def_conf4'",
	  "{'nsids':[{'target_ns_id':15,'netnsid_value':1},{'target_ns_id':10,'netnsid_value':1}],'def_conf4'",
	  "netns-10.img: entry 0: nsids[1].netnsid_value 1 is also the number of another namespace [net-link]" },
	{ "ipc-multi", "ipcns-sem-10.img", "'mode':384,'id':0",
	  "'mode':384,'id':2147483648",
	  "ipcns-sem-10.img: entry 0: desc.id 2147483648 (0x80000000) is not a valid id [ipc-id]" },
	{ "ipc-multi", "ipcns-sem-10.img", "'mode':384",
	  "'mode':4480",
	  "ipcns-sem-10.img: entry 0: desc.mode 010600 has unknown bits [ipc-id?]" },
	{ "ipc-multi", "ipcns-sem-10.img", "'mode':384",
	  "'mode':70000",
	  "ipcns-sem-10.img: entry 0: desc.mode 0210560 has unknown bits [ipc-id?]" },
	{ "ipc-multi", "ipcns-sem-10.img", "",
	  "{'desc':{'key':209,'uid':0,'gid':0,'cuid':0,'cgid':0,'mode':384,'id':9},'nsems':0,'extra':[]}",
	  "ipcns-sem-10.img: entry 3: nsems 0 semaphores [ipc-limits]" },
	{ "ipc-multi", "ipcns-shm-10.img", "'size':12288",
	  "'size':4096",
	  "mm-1.img: entry 0: vmas[13].end 0x7f582b28e000 is past the end of segment 2 (0x2) (4096 bytes) [vma-sysv]" },
	{ "names", "pstree.img", "'pid':8493,'ppid':0",
	  "'pid':0,'ppid':0",
	  "pstree.img: entry 0: pid 0 is not a valid pid [tree-pid]" },
	{ "names", "pstree.img", "'pid':8493,'ppid':0,'pgid':8493,'sid':8493",
	  "'pid':8493,'ppid':0,'pgid':8493,'sid':0",
	  "pstree.img: entry 0: sid 0 is not a valid session [tree-session]" },
	{ "names", "pstree.img", "'ppid':8493,'pgid':8493,'sid':8493,'threads':[8495]",
	  "'ppid':8496,'pgid':8493,'sid':8493,'threads':[8495]",
	  "pstree.img: entry 1: ppid 8496 is the pid of a task listed later [tree-parent]" },
	{ "names", "pstree.img", "'threads':[0]",
	  "'threads':[0,5]",
	  "pstree.img: entry 2: threads unexpected in a dead task [tree-threads]" },
	{ "names", "ghost-file-1.img", "'mode':33152",
	  "'mode':41344",
	  "ghost-file-1.img: entry 0: symlnk_target missing [ghost-file]" },
	{ "names", "ghost-file-1.img", "'mode':33152",
	  "'mode':24960",
	  "ghost-file-1.img: entry 0: rdev missing [ghost-file]" },
	{ "names", "ghost-file-1.img", ",'extra':'ZGVsZXRlZCBmaWxl'}",
	  ",'chunks':true}\n{'len':3,'off':0,'extra':'YWJj'}",
	  "ghost-file-1.img: entry 0: size missing [ghost-file]" },
	{ "names", "ghost-file-1.img", "'mode':33152",
	  "'mode':33152,'size':5",
	  "ghost-file-1.img: entry 0: size 5, but 12 bytes follow [ghost-file]" },
	{ "names", "ghost-file-1.img", "'tv_usec':84254",
	  "'tv_usec':1000000",
	  "ghost-file-1.img: entry 0: mtim microseconds exceed a second [ghost-file]" },
	{ "names", "remap-fpath.img", "'remap_id':1,'remap_type':'GHOST'",
	  "'remap_id':0,'remap_type':'PROCFS'",
	  "remap-fpath.img: entry 0: remap_id 0 is not a pid [remap-target]" },
	{ "names", "core-8496.img", "'task_state':2",
	  "'task_state':2,'stop_signo':19",
	  "core-8496.img: entry 0: tc.stop_signo unexpected in a dead task [core-state]" },
	{ "names", "pstree.img", "",
	  "{'pid':8499,'ppid':8496,'pgid':8493,'sid':8493,'threads':[8499]}",
	  "pstree.img: entry 3: ppid 8496 is dead, and dead tasks have no children [tree-parent]" },
	{ "cgroup01_h", "cgroup.img", "'name':'blkio','path':'/'",
	  "'name':'blkio','path':''",
	  "cgroup.img: entry 0: sets[0].ctls[1].path  does not begin with a slash [cgroup-set]" },
	{ "cgroup01_h", "cgroup.img", "'sets':[{'id':2",
	  "'sets':[{'id':0",
	  "cgroup.img: entry 0: sets[0].id 0 is not a valid id [cgroup-set]" },
	{ "cgroup01_h", "cgroup.img", "'name':'blkio'",
	  "'name':'blkio,none'",
	  "cgroup.img: entry 0: sets[0].ctls[1].name blkio,none is not one of the controllers [cgroup-set]" },
	{ "cgroup01_h", "cgroup.img", "'sets':[{'id':2",
	  "'sets':[{'id':9,'ctls':[{'name':'blkio','path':'/'}]},{'id':2",
	  "cgroup.img: entry 0: sets[1].ctls differ from the controllers of the first set [cgroup-set]" },
	{ "old-v3.0-k2m1", "tty-info.img", "'c_cc':[360651779,",
	  "'c_cc':[",
	  "tty-info.img: entry 0: termios.c_cc 18 characters, expected 19 [tty-info]" },
};

/* clang-format on */

static char found[1 << 16];

static void note(void *arg, const struct img_finding *f)
{
	size_t n = strlen(found);
	char at[40] = "";

	(void)arg;
	if (f->entry >= 0)
		snprintf(at, sizeof(at), "entry %" PRId64 ": ", f->entry);
	snprintf(found + n, sizeof(found) - n, "%s: %s%s%s%s [%s%s]\n", f->image, at, f->path,
		 f->path[0] != '\0' && f->message[0] != ':' ? " " : "", f->message, f->rule->name,
		 f->severity == IMG_WARNING ? "?" : "");
}

static void unread(void *arg, const struct img_err *err)
{
	(void)arg;
	ck_abort_msg("%s: %s", err->file, said(err));
}

static void check(void)
{
	const struct img_check_how how = { .found = note, .unread = { unread, NULL } };
	struct img_err err;

	found[0] = '\0';
	ck_assert_msg(img_check(texts.path, &how, &err) == 0, "%s", said(&err));
}

/* Pages that the bundled dump is without: where images are missing, some rules cannot tell. */
static void fill_pages(void)
{
	char *save = NULL;

	check();
	for (char *l = strtok_r(found, "\n", &save); l != NULL; l = strtok_r(NULL, "\n", &save)) {
		char name[40], path[PATH_MAX];
		unsigned pages;

		if (sscanf(l, "%39[^:]: image missing: %*s has %u pages there", name, &pages) != 2)
			continue;
		dump_path(&texts, name, path);
		dump_raw(&texts, name, "", 0);
		ck_assert_int_eq(truncate(path, (off_t)pages * 4096), 0);
	}
}

/* Of the rows with one dump, the first one makes it for all of them. */
START_TEST(a_changed_value_is_found_and_named)
{
	const struct change *c = &changes[_i], *end = changes + COUNT(changes);

	if (_i > 0 && strcmp(c[-1].dump, c->dump) == 0)
		return;
	texts_new(c->dump);
	fill_pages();
	for (; c < end && strcmp(c->dump, changes[_i].dump) == 0; c++) {
		char path[PATH_MAX], *line;

		check();
		ck_assert_msg(strstr(found, c->finding) == NULL, "before: %s", found);
		if (c->from == NULL) {
			line = texts_of(c->to);
			texts_put(c->image, line);
			free(line);
		} else {
			texts_change(c->dump, c->image, c->from, c->to);
		}
		check();
		if (strstr(found, c->finding) == NULL)
			ck_abort_msg("row %td: no\n%s, but\n%s", c - changes, c->finding, found);
		dump_path(&texts, c->image, path);
		ck_assert_int_eq(unlink(path), 0);
		if (c->from != NULL) {
			struct img_buf was = texts_load(c->dump, c->image);

			texts_write(c->image, &was);
			img_buf_free(&was);
		}
	}
	texts_drop();
}
END_TEST

static void add(TCase *tc)
{
	EACH(a_changed_value_is_found_and_named, changes);
}

int main(void)
{
	return unit_run("findings", add);
}
