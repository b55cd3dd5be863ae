# The stored answers of crit 4.2, byte for byte: decode, show, and the explorers.
PATH=$BUILD/dropin:$PATH
n=0
for answers in "$DATA"/dumps/*.crit; do
	dump=${answers%.crit}
	for json in "$answers"/*.json; do
		file=$(basename "$json" .json)
		file=$dump/${file//%//}
		case $json in *.pretty.json) continue ;; esac
		[ -f "$file" ] || continue
		# Of framing 1.0 ours says so, which crit's lose.
		case $dump in */old-v1.*) continue ;; esac
		crit decode -i "$file" | cmp -s - "$json" || echo "decode $file"
		crit decode -i "$file" -o out
		[ "$(cat out)" = "$(cat "$json")" ] && [ "$(stat -c %s out)" = $(($(stat -c %s "$json") - 1)) ] ||
			echo "decode -o $file"
		crit encode -i out | cmp -s - "$file" || echo "encode $file"
		n=$((n + 1))
	done
	for what in ps fds mems rss; do
		[ -e "$answers/x-$what.txt" ] || continue
		# memfds are unknown to crit; dumps without pages lack what rss does not read.
		crit x "$dump" $what 2>/dev/null | sed 's|/dev/zero (s)|unknown path (s)|' | cmp -s - "$answers/x-$what.txt" ||
			echo "x $dump $what"
		n=$((n + 1))
	done
done
[ $n -ge 150 ] || echo "only $n compared"
