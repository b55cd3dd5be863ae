# Of each kind, at an offset, by several tasks, without pages, and without a pagemap.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
{
	printf '{"magic":"INVENTORY","img":"inventory.img"}\n{"img_version":2}\n'
	printf '{"magic":"PSTREE","img":"pstree.img"}\n'
	printf '{"pid":7,"ppid":0,"pgid":7,"sid":7,"threads":[7]}\n'
	printf '{"pid":8,"ppid":7,"pgid":7,"sid":7,"threads":[8]}\n'
	core 7
	core 8
	mm 7 "$({
		vma 0x10000 0x14000 16513 1
		vma 0x14000 0x16000 16449 1 0x1000
		vma 0x20000 0x23000 257 50
		vma 0x30000 0x33000 1281 60
		vma 0x40000 0x41000 16513 2
		vma 0x50000 0x51000 257 51
		vma 0x60000 0x61000 16513 3
	} | paste -sd,)"
	mm 8 "$(vma 0x90000 0x91000 16513 1 0x2000)"
	printf '{"magic":"FILES","img":"files.img"}\n'
	for id in 1 2 3; do
		printf '{"type":"MEMFD","id":%d,"memfd":{"id":%d,"flags":2,"pos":0,"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0},"inode_id":%d}}\n' $id $id $((id + 10))
	done
	printf '{"magic":"MEMFD_INODE","img":"memfd.img"}\n'
	printf '{"name":"one","uid":0,"gid":0,"size":16384,"shmid":40,"seals":0,"inode_id":11}\n'
	printf '{"name":"empty","uid":0,"gid":0,"size":0,"shmid":41,"seals":0,"inode_id":12}\n'
	printf '{"name":"/dev/zero","uid":0,"gid":0,"size":5000,"shmid":42,"seals":0,"inode_id":13}\n'
} | json2img -C d
pagemap d 7 1 0x15000:1:4
pages d 1 P
pagemap d 8 5
pagemap d shmem-40 2 0:1:4 8192:1:4
pages d 2 mn
pagemap d shmem-50 3 0x1000:1:4
pages d 3 s
pagemap d shmem-60 4 0:3:4
pages d 4 xyz
imgpages -p 7 -r 0x10000-0x16000 -r 0x20000-0x23000 -r 0x30000+0x3000 -r 0x40000+0x1000 d | text
imgpages -p 8 -r all d | text
status imgpages -p 7 -r 0x50000+1 -r 0x60000+1 d
imgpages -j d | jq -c '[.pid, .addr, .pages, .where, .mapping, .shmid, .file, .offset]'
imgpages -p 7 -r '/memfd:one (deleted)' d | text
imgpages -j -s d | jq -c 'select(.pid == null)'
# Ids that lead nowhere.
rm d/memfd.img
status imgpages -p 7 -r 0x10000+1 d
img2json d/files.img | jq -c 'select(.type != "MEMFD")' | json2img -o d/files.img
status imgpages -p 7 -r 0x10000+1 d
# What is damaged or away is not said to lack them.
truncate -s -1 d/files.img
status imgpages -p 7 -r 0x10000+1 d
rm d/files.img
status imgpages -p 7 -r 0x14000+1 d
status imgpages -p 7 -r 0x15000+1 d
echo
