for args in --nope '-p' '-p x' '-p 0' '-t' '-t='; do
	# shellcheck disable=SC2086
	imgfds $args
	echo "status $?"
done
