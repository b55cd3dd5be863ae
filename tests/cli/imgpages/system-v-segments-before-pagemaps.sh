# Until CRIU 3.0 their bytes were in ipcns-shm, rounded up to words and not to pages.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
vma 0x10000 0x13000 1281 60 | dump d 7
pagemap d 7 1
desc='"desc":{"key":1,"uid":0,"gid":0,"cuid":0,"cgid":0,"mode":0'
{
	printf '{"magic":"IPCNS_SHM","img":"ipcns-shm-9.img"}\n'
	printf '{%s,"id":59},"size":4,"extra":"enp6eg=="}\n' "$desc"
	printf '{%s,"id":60},"size":4101,"extra":"%s"}\n' "$desc" "$({ head -c 4096 /dev/zero | tr '\0' a; printf 'short'; } | base64 -w0)"
} | json2img -C d
imgpages -r all d | tr '\0' . | sed 's/aaaa*/A/; s/\.\.\.\.*/Z/'
echo
imgpages -j d
truncate -s -8 d/ipcns-shm-9.img
{ imgpages -r all d >/dev/null; } 2>&1
echo "status $?"
