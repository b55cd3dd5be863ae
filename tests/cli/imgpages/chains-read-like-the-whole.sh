# A dump and the chain that it was cut into are the same memory.
for pid in 2375 2378; do
	for skip in --zero --skip; do
		imgpages -p $pid --read all $skip "$DATA/dumps/memory" >whole 2>whole.err
		imgpages -p $pid --read all $skip "$DATA/dumps/memory-chain/3" >chain 2>chain.err
		cmp whole chain
		wc -c <whole
		wc -l <whole.err
	done
done
imgpages --diff "$DATA/dumps/memory-chain/3" "$DATA/dumps/memory"
