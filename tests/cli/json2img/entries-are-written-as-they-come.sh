# A writer that pauses does not keep its last entry from those behind the tool.
mkfifo in out
json2img <in >out &
exec 3>in 4<out
printf '{"magic":"FS"}\n{"cwd_id":1,"root_id":2}\n' >&3
timeout 120 head -c 16 <&4 | od -An -tx1
echo 'then'
printf '{"cwd_id":3,"root_id":4}\n' >&3
exec 3>&-
od -An -tx1 <&4
wait
