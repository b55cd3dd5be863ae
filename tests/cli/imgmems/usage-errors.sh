for args in --nope '-p' '-p x' '-p 0'; do
	# shellcheck disable=SC2086
	imgmems $args
	echo "status $?"
done
