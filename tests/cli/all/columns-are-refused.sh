# What does not go together with columns is a usage error.
for tool in imgps imgfds imgmems imgpages; do
	for options in '-o nope' '-o pid,' '--raw' '--noheadings' '--color=always' '-j --raw -o pid' \
		'--color=blue -o pid'; do
		# shellcheck disable=SC2086 # words on purpose
		$tool $options >out 2>err
		[ $? -eq 2 ] || echo "$tool $options: not status 2"
		[ ! -s out ] || cat out
		head -n 1 err
	done
done
imgfds --bytes
imgmems -o "pid,$(yes pid | head -n 64 | paste -sd,)"
