# A file's page that was not changed, the kernel's, a lazy one, and what is not mapped.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
{
	vma 0x10000 0x14000 65 1
	vma 0x14000 0x16000 513
	vma 0x20000 0x21000 4609
	vma 0x21000 0x22000 129 1
} | dump d 7
printf '{"magic":"FILES","img":"files.img"}\n{"type":"REG","id":1,"reg":{"id":1,"flags":0,"pos":0,"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0},"name":"/a\\u001bb"}}\n' |
	json2img -C d
pagemap d 7 1 0x11000:1:4 0x14000:1:2 0x15000:1:4
pages d 1 ab
status imgpages -r all d >out 2>err
cat err out
imgpages --zero -r all d | text
imgpages --skip -r all d | text
status imgpages -r 0x15000-0x20000 d
imgpages --skip -r 0x15800-0x18800 d | wc -c
imgpages --zero -r 0x15800-0x18800 d | wc -c
status imgpages --skip -r 0x900000+1 d
