# Decimal, hexadecimal, negative, in strings: what img2json shows of it again.
back() { json2img | img2json | tail -n 1; }
P='{"magic":"PSTREE"}'
echo "$P"'{"pid":-0,"ppid":"0","pgid":"0x0","sid":"0xffFFffff","threads":["1","0x02",3]}' | back
echo '{"magic":"PIDFD"}{"id":1,"ino":77,"flags":"0x2","nspid":"-1","fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0}}' | back
G='{"magic":"GHOST_FILE"}{"uid":0,"gid":0,"mode":33152,"extra":"",'
for n in 9007199254740991 9007199254740992 '"9007199254740992"' 18446744073709551615 '"18446744073709551615"' '"0xffffffffffffffff"'; do
	echo "$G\"ino\":$n}" | back
done
# int64, int32, sint32, fixed64.
lock() { echo '{"magic":"FILE_LOCKS"}{"flag":1,"type":1,"pid":1,"fd":1,"start":'"$1"',"len":0}'; }
for n in -1 -9007199254740991 -9007199254740992 '"-9223372036854775808"' -9223372036854775808 '"0x7fffffffffffffff"'; do
	lock "$n" | back
done
pidfd() { echo '{"magic":"PIDFD"}{"id":1,"ino":77,"flags":2,"nspid":'"$1"',"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0}}'; }
for n in -2147483648 2147483647; do pidfd $n | back; done
reg() { echo '{"magic":"REG_FILES"}{"id":1,"flags":0,"pos":0,"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0},"name":"/","mnt_id":'"$1"'}'; }
for n in -2147483648 2147483647; do reg $n | back; done
for n in 18446744073709551616 -1 '"-1"' '"18446744073709551616"' '"0x10000000000000000"' '""' '"+1"' '"1 "' '"0x"' '"1e3"' 1.0 18446744073709552000; do
	echo "$G\"ino\":$n}" | json2img -o none
done
for n in 9223372036854775808 -9223372036854775809 9223372036854775807.0 9223372036854776000; do
	lock "$n" | json2img -o none
done
for n in -2147483649 2147483648; do
	pidfd $n | json2img -o none
	reg $n | json2img -o none
done
for n in 65536 -1 '"x"'; do
	echo '{"magic":"IPCNS_SEM"}{"desc":{"key":1,"uid":0,"gid":0,"cuid":0,"cgid":0,"mode":0,"id":0},"nsems":1,"extra":['"$n"']}' | json2img -o none
done
ls
# An enum by its name or its number, a bool as such or as a number in crit's documents.
for t in '"REG"' 1 '"FIFO"' 99; do echo '{"magic":"FILES"}{"type":'"$t"',"id":1}' | back; done
