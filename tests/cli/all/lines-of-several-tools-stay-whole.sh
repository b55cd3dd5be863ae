# Tools that write into the same file or pipe at a time break no line of each other.

dumps=$(for _ in $(seq 200); do echo "$DATA/dumps/bashpipe"; done)
bad()
{
	jq -R 'try (fromjson | empty) catch 1' | wc -l
}

for tool in 'imgfds --json' 'imgmems --json' 'imgps --json' 'img2json --tag --no-payload'; do
	echo "$tool"
	# shellcheck disable=SC2086
	one=$($tool "$DATA/dumps/bashpipe" | wc -l)
	# shellcheck disable=SC2086
	xargs -n 50 -P 4 $tool <<<"$dumps" >file
	[ "$(wc -l <file)" = $((200 * one)) ] || echo "$(wc -l <file) lines of $((200 * one))"
	bad <file
done

# A pipe keeps together no more than PIPE_BUF bytes, which is more than these lines have.
# shellcheck disable=SC2086
for tool in 'imgfds --json' 'imgmems --json' 'imgps --json'; do
	xargs -n 50 -P 4 $tool <<<"$dumps" | bad
done
