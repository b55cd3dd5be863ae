# Names that fields had once, keys of another version, go-criu's forms, sorted keys.
. "$LIB"
PATH=$BUILD/dropin:$PATH
old='{"magic":"PAGEMAP","entries":[{"pages_id":1},{"vaddr":4096,"nr_pages":3,"flags":4}]}'
echo "$old" | crit encode | img2json
echo "$old" | json2img | img2json | tail -n 1
echo '{"magic":"PAGEMAP","entries":[{"pagesId":1},{"vaddr":"4096","compatNrPages":0,"nrPages":"3","flags":4}]}' | json2img | img2json | tail -n 1
echo '{"magic":"CORE","entries":[{"mtype":"X86_64","tc":{"task_state":1,"exit_code":0,"personality":0,"flags":0,"blk_sigset":0,"comm":"a","seccomp_mode":2,"seccomp_filter":7}}]}' |
	crit encode | img2json | jq -c 'select(.tc).tc | [.old_seccomp_mode, .old_seccomp_filter]'
status crit encode -o out <<<'{"magic":"PSTREE","entries":[{"pid":1,"ppid":0,"pgid":1,"sid":1,"new_key":{"a":[1,{}]},"threads":[1]}]}'
img2json out
status json2img -o out2 <<<'{"magic":"PSTREE","entries":[{"pid":1,"ppid":0,"pgid":1,"sid":1,"new_key":1,"threads":[1]}]}'
crit decode -i "$DATA/dumps/memory/pagemap-2375.img" | jq -S . | crit encode | cmp - "$DATA/dumps/memory/pagemap-2375.img"
# What info counts, with payloads too; and a ghost file's payload is not even counted.
crit info "$DATA/dumps/memory/pagemap-2375.img"
crit info "$DATA/dumps/bashpipe/pipes-data.img"
ghost=$(find "$DATA/dumps" -name 'ghost-file-*.img' | sort | head -n 1)
crit show --nopl "$ghost" | grep -c extra
crit show --nopl "$DATA/dumps/bashpipe/pipes-data.img" | grep extra | head -n 2
