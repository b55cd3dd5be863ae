# The same as strings(1) finds in the same bytes.
dir=$DATA/dumps/memory
for pid in 2375 2378; do
	for n in 1 4 25; do
		for range in '[heap]' '[stack]' '[vdso]'; do
			imgpages -p $pid -r "$range" -t -n $n "$dir" | cut -d ' ' -f 4- >got
			if command -v strings >/dev/null; then
				imgpages -p $pid -r "$range" "$dir" | strings -a -n $n | cmp - got
			fi
			wc -l <got
		done
	done
done
imgpages -p 2375 -t -n 14 -r '[stack]' "$dir"
imgpages -j -p 2375 -t -n 15 -r '[stack]' "$dir"
