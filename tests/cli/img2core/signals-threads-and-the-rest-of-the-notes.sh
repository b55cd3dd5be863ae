# What a debugger shows first, and what it died of; the vector ends even where CRIU cut it.
. "$LIB"
dump=$DATA/dumps/memory
img2core -p 2375 -s SEGV -o core "$dump"
readelf -nW core | sed -n '/AUXV/q; p' | grep -c NT_
img2core -p 2375 -s 11 -o again "$dump"
cmp core again
# The first word of NT_PRSTATUS and of NT_SIGINFO.
at=$(readelf -lW core | awk '$1 == "NOTE" { print $2 }')
od -An -td4 -j $((at + 20)) -N4 core
od -An -td4 -j $((at + 20 + 336 + 20 + 136 + 20)) -N4 core
# A thread of its own.
mkdir d
cp "$DATA/dumps/memory/"* d
img2json d/pstree.img | jq -c 'if .pid == 2375 then .threads = [2375, 99] else . end' | json2img -o d/pstree.img
img2json d/core-2375.img | jq -c 'if .mtype then del(.tc) | .thread_info.gpregs.ip = 4660 else . end' |
	json2img -o d/core-99.img
img2core -p 2375 -t 99 -o two d
at=$(readelf -lW two | awk '$1 == "NOTE" { print $2 }')
od -An -td4 -j $((at + 20 + 32)) -N4 two
od -An -tx8 -j $((at + 20 + 112 + 16 * 8)) -N8 two
readelf -nW two | grep -c PRSTATUS
