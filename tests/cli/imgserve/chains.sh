# A chain is served as one dump, and compressed pages as plain ones: criu reads neither.
. "$SRC/tests/cli/serve.bash"
serve()
{
	local names
	rm -rf sock out
	mkdir sock out
	mapfile -t names < <(images "$1")
	imgserve -s sock "$1" -- fakecriu -q restore sock out "${names[@]}"
	imgcheck -A image-missing out
	for pid in $(imgps --json "$1" 2>/dev/null | jq .pid); do
		cmp <(imgpages -p "$pid" --read all --skip "$1" 2>/dev/null) <(imgpages -p "$pid" --read all --skip out 2>/dev/null)
	done
}
serve "$DATA/dumps/memory-chain/3"
"$BUILD/cli/pack" blocks 1 "$DATA/dumps/memory" packed
imgcheck packed | grep -c compress
serve packed
