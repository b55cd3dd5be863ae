. "$LIB"
status imgpages -r '[heap]' "$DATA/dumps/memory"
status imgpages -p 2375 -p 2378 -r '[heap]' "$DATA/dumps/memory"
status imgpages -p 2375 -r '[heap]' "$DATA/dumps/memory" "$DATA/dumps/memory"
imgpages -p 2375 -r '[heap]' "$DATA/dumps/memory" | wc -c
status imgpages -p 2379 -r all "$DATA/dumps/memory" 2>&1 | sed "s|$DATA|DATA|"
status imgpages -p 1 -r all "$DATA/dumps/memory" 2>&1 | sed "s|$DATA|DATA|"
status imgpages -p 2375 -r /no/such/file "$DATA/dumps/memory" 2>&1 | sed "s|$DATA|DATA|"
