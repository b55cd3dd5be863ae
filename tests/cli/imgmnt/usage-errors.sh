for options in '--ns --cgroup' '-f -N' '-N -t tmpfs' '-c -e' '-o nprocs' '-N -o target' '-o id -o id'; do
	# shellcheck disable=SC2086 # words on purpose
	imgmnt $options >out 2>err
	[ $? -eq 2 ] || echo "$options: not status 2"
	[ ! -s out ] || cat out
	head -n 1 err
done
