# Command lines and environments, byte for byte as /proc had them before the dump: from
# the memory of one dump, and from that of a chain of them.
for dump in memory memory-chain/3; do
	for pid in 2375 2378; do
		imgps --json --args --env -p $pid "$DATA/dumps/$dump" >line || echo "status $?"
		jq -j '.args[] | ., "\u0000"' line | cmp - "$DATA/dumps/memory.facts/cmdline-$pid.bin"
		jq -j '.env[] | ., "\u0000"' line | cmp - "$DATA/dumps/memory.facts/environ-$pid.bin"
	done
	imgps --args "$DATA/dumps/$dump"
done
imgps --env --pid=2378 "$DATA/dumps/memory"
