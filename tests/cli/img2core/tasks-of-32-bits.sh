# A task of 32 bits on x86_64: its notes are those of i386.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
{ vma 0x10000 0x12000 513; } | dump d 7
pagemap d 7 1 0x10000:1:4
pages d 1 z
img2json "$DATA/dumps/names/core-8493.img" | jq -c 'if .thread_info then
	.thread_info.gpregs.mode = "COMPAT" | .thread_info.gpregs.cs = "0x23" | .thread_info.gpregs.ss = "0x2b" |
	.thread_info.fpregs.twd = 255 | .thread_info.fpregs.swd = 14336 |
	.thread_info.tls = [{entry_number: 12, base_addr: 4096, limit: 1048575, seg_32bit: true, contents_h: false, contents_l: false, read_exec_only: false, limit_in_pages: true, seg_not_present: false, usable: true},
		{entry_number: 13, base_addr: 0, limit: 0, seg_32bit: false, contents_h: false, contents_l: false, read_exec_only: true, limit_in_pages: false, seg_not_present: true, usable: false}]
	else . end' | json2img -o d/core-7.img
status img2core -p 7 -o core d
command -v readelf >/dev/null || { echo 'readelf is missing'; exit 77; }
readelf -hW core | sed -n 's/^ *\(Class\|Type\|Machine\):  *//p'
readelf -nW core 2>/dev/null | awk '/^  (CORE|LINUX)/ { print "  " $1, $2, $3 }'
