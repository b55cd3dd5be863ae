# --schema: what is known of every field, and where it stands in the images.
img2json --schema >schema || echo "status $?"
img2json -s -o again && cmp schema again
field() { grep "^{\"message\":\"$1\",\"field\":\"$2\"," schema; }
field inet_sk_entry src_port
field mnt_entry options
field vma_entry prot
field core_entry mtype
field reg_file_entry mnt_id
field dump_stats_entry pages_lazy
field unix_sk_entry name
field user_x86_regs_entry ip
# A message that holds its like, two messages in one image, a message in a payload.
field cgroup_dir_entry dir_name
field cgroup_dir_entry children
field ghost_chunk_entry off
field ipc_msg mtype

# The table of the tests says how many; a message there is no image's.
[ "$(grep -cv '^#\|	CRIU_Opts	' "$DATA/schema/schema.tsv")" = "$(wc -l <schema)" ] || wc -l schema
jq -r '.message + "." + .field' schema | sort | uniq -d

# Each place is one: what the images hold of a field is found there.
for image in core-*.img mm-*.img files.img cgroup.img inventory.img; do
	for f in "$DATA"/dumps/names/$image "$DATA"/dumps/cgroup01_h/$image; do
		[ ! -e "$f" ] || img2json --tag --no-payload "$f"
	done
done >lines
jq -r '.magic as $m | .entry // {} | paths(scalars) | map(strings) | $m + " " + join(".")' lines |
	sed 's/\.children//g; s/\.@base64$//' | sort -u >used
jq -r '.images | to_entries[] | .key + " " + .value[]' schema | sed 's/(.children\[\])\*//; s/\[\]//g' |
	sort -u >places
[ "$(wc -l <used)" -gt 200 ] || wc -l <used
comm -23 used places
