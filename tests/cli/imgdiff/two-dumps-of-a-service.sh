# What was changed in a copy is what differs, whatever the kind; the dump itself does not.
. "$LIB"
cp -r "$DATA/dumps/memory" a
status imgdiff a a
cp -r a b

# edit IMAGE FILTER
edit()
{
	img2json "b/$1" | jq -c "$2" | json2img -o "b/$1"
}
edit core-2375.img 'if .tc then
	.tc.comm = "renamed" | .tc.oom_score_adj = 500 | .tc.rlimits.rlimits[7].cur = "512"
	| .tc.timers.real.isec = 7 | .thread_core.sched_nice = 5 | .thread_core.creds.euid = 33
	| .thread_core.creds.cap_eff[0] = 1 | .tc.sigactions[9].sigaction = 1
	| .thread_info.gpregs.ip = 4096 else . end'
edit files.img 'if .type == "REG" and .reg.name == "/srv/demo/memory/facts/mapped.dat" then .reg.pos = 77 else . end'
edit fdinfo-2.img 'if .fd == 0 then .fd = 9 elif .fd == 1 then .flags = 1 else . end'
edit mm-2375.img 'if .vmas then .vmas[5].end += 4096 else . end'
edit inventory.img 'if .img_version then .tcp_close = true else . end'
printf x | dd of=b/pages-1.img bs=1 seek=40960 conv=notrunc status=none
status imgdiff a b
status imgdiff -q a b
status imgdiff -k '!registers,mappings,memory,process,creds,signals' -p 2375 a b
status imgdiff -k limits --json a b
status imgdiff -k memory --json b a
status imgdiff -k threads,env a a
# What no view shows: the mode mask, and where the parts of the memory begin and end.
cp -r a c
img2json a/fs-2375.img | jq -c 'if .cwd_id then .umask = 63 else . end' | json2img -o c/fs-2375.img
img2json a/mm-2378.img | jq -c 'if .vmas then .mm_brk += 4096 | .dumpable = 0 else . end' | json2img -o c/mm-2378.img
status imgdiff a c
status imgdiff -q -k '!process' a c
status imgdiff -k process --json a c
# In which control group it is, whatever number its set has; timers in images of their own.
cp -r "$DATA/dumps/cgroup01_h" d
cp -r d e
img2json d/cgroup.img | jq -c 'if .sets then (.sets[] | .id) += 5 | (.sets[].ctls[] | select(.path != "/") | .path) += "/below" else . end' |
	json2img -o e/cgroup.img
img2json d/core-67.img | jq -c 'if .thread_core then .thread_core.cg_set += 5 else . end' | json2img -o e/core-67.img
status imgdiff -k process d e
cp -r "$DATA/dumps/old-v1.0-m0" old
cp -r old f
img2json f/itimers-25692.img | jq -c 'if .vsec == 0 then .vsec = 9 else . end' | json2img -o f/itimers-25692.img
img2json f/posix-timers-25692.img | jq -c 'if .isec then .isec = 9 else . end' | json2img -o f/posix-timers-25692.img
status imgdiff old f
imgconv -o g f >/dev/null
status imgdiff -k timers f g
