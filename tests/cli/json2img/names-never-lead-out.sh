# Neither by the name nor through a link that has it: a link is replaced, its target is
# left alone.
. "$LIB"
mkdir in out
echo precious >out/target
echo precious >victim
for name in ../victim ../out/target out/../victim "$PWD/led-out" . .. '' 'in/x' './x' 'a\u0000' '..\u0000x'; do
	printf '{"magic":"FS","img":"%s"}{"cwd_id":1,"root_id":2}' "$name" | status json2img -C in
	printf '{"magic":"FS","img":"%s","entry":{"cwd_id":1,"root_id":2}}' "$name" | json2img -C in 2>/dev/null && echo "$name taken"
	printf '{"img":"%s","entries":[],"magic":"FS"}' "$name" | json2img -C in 2>/dev/null && echo "$name taken"
	# A name that is not used is no better.
	printf '{"magic":"FS","img":"%s"}{"cwd_id":1,"root_id":2}' "$name" | json2img -o one 2>/dev/null && echo "$name taken"
done
left
cat victim out/target

ln -s ../out/target in/fs-1.img
ln -s ../out/new in/fs-2.img
ln -s ../out in/fs-3.img
for i in 1 2 3; do printf '{"magic":"FS","img":"fs-%s.img"}{"cwd_id":1,"root_id":2}\n' $i; done | status json2img -C in
find in out -mindepth 1 -printf '%p %y\n' | sort
cat out/target
mkdir in/fs-4.img
printf '{"magic":"FS","img":"fs-4.img"}{"cwd_id":1,"root_id":2}\n' | status json2img -C in
left in/fs-4.img
