# Columns of runs of memory: the same facts as in the JSON of imgpages.
dir=$DATA/dumps/memory-chain/3
imgpages -o +bytes,file,offset "$dir" | head -n 8
imgpages --json -o pid,addr,pages,where,mapping,pgoff,shmid,from,file,offset "$dir" |
	jq -c 'del(.[] | nulls)' >columns
imgpages --json "$dir" | jq -c '{pid,addr,pages,where,mapping,pgoff,shmid,from,file,offset} | del(.[] | nulls)' | cmp - columns
imgpages -s -o pid "$dir"
