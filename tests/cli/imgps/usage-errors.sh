# Two lines on stderr, nothing on stdout, status 2.
for args in '--nope' '-p' '-p x' '-p 0' '-p -1' '-p 4294967296' '--dot --json' '-ds' '-dcp 1' 'x -dt' '--json=x'; do
	# shellcheck disable=SC2086 # they are words
	imgps $args >out
	echo "status $?"
	cat out
done
