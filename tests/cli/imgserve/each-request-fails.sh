# Of all requests of a restore each in turn is the one at which a filter fails, is killed or
# writes garbage, or the client goes away: the connection ends there, the message has the name.
. "$SRC/tests/cli/serve.bash"
small_dump d
cp "$DATA"/dumps/names/{fs-8493,ids-8493,fdinfo-2,files,seccomp,timens-0}.img d
mapfile -t names < <(images d)
mkdir out sock
n=0
for image in "${names[@]}"; do
	for how in 'exit 1' 'kill -9 $$' 'head -c 7' 'cat; echo x' 'cat; kill -9 $$'; do
		imgserve -s sock -f "$image=$how" d -- fakecriu restore sock out "${names[@]}" >said 2>err
		[ $? = 1 ] || echo "$image: $how: status"
		[ "$(tail -n 1 said)" = "$image: the connection was closed" ] || tail -n 1 said
		[ "$(wc -l <said)" = $((n + 1)) ] || echo "$image: $(wc -l <said) lines"
		grep -q "^imgserve: d/$image: " err && [ "$(wc -l <err)" = 1 ] || cat err
	done
	n=$((n + 1))
	imgserve -s sock d -- fakecriu -q -c $n restore sock out "${names[@]}" || echo "status $?"
done
ls sock
