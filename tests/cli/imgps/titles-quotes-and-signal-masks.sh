# Command lines as a shell takes them, titles without the padding behind them, masks as what
# they lack where that is shorter.
. "$LIB"
mkdir dump
task() # PID BLOCKED, bytes of its arguments on standard input
{
	local n
	cat >args
	n=$(stat -c %s args)
	cat args /dev/zero | head -c 4096 >"dump/pages-$1.img"
	json2img -C dump <<END
{"magic":"CORE","img":"core-$1.img"}
{"mtype":"X86_64","tc":{"task_state":1,"exit_code":0,"personality":0,"flags":0,"blk_sigset":"$2","comm":"c","sigactions":[{"sigaction":"0x1000","flags":"0x80000404","restorer":0,"mask":"0xfffffffffffbfeff"}]}}
{"magic":"SIGNAL","img":"signal-s-$1.img"}
{"magic":"SIGNAL","img":"signal-p-$1.img"}
{"magic":"MM","img":"mm-$1.img"}
{"mm_start_code":0,"mm_end_code":0,"mm_start_data":0,"mm_end_data":0,"mm_start_stack":0,"mm_start_brk":0,"mm_brk":0,"mm_arg_start":"0x10000","mm_arg_end":$((0x10000 + n)),"mm_env_start":$((0x10000 + n)),"mm_env_end":$((0x10000 + n)),"exe_file_id":0,"mm_saved_auxv":[6,4096,0,0],"vmas":[{"start":"0x10000","end":"0x11000","pgoff":0,"shmid":0,"prot":3,"flags":34,"status":513,"fd":-1}]}
{"magic":"PAGEMAP","img":"pagemap-$1.img"}
{"pages_id":$1}
{"vaddr":"0x10000","compat_nr_pages":1,"flags":4}
END
}
{
	echo '{"magic":"PSTREE","img":"pstree.img"}'
	for pid in 1 2 3 4 5; do
		echo "{\"pid\":$pid,\"ppid\":0,\"pgid\":1,\"sid\":1,\"threads\":[$pid]}"
	done
} | json2img -C dump
printf "it's\0two words\0\0a\\\\b\0\033[7m\n\377\0''\0\$x\0safe_@%%+=:,./-1\0h\303\251\0" | task 1 0
printf 'title\0\0\0\0\0\0' | task 2 0xfffffffffffbfeff
printf 'keeps\0\0' | task 3 0xffffffff9ffbfeff
printf '%057d\303\251\303\251\303\251\0last\0' 7 | task 4 0xff
printf 'a whole title' | task 5 1
imgps --args dump
imgps --json --args dump | jq -c .args
imgps --signals dump
imgps --dot --args dump 2>/dev/null | grep label
