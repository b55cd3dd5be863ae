for options in '-f nope' '-f tcp,' '-f file' '--state=up' '-4 -6' '-o pid' '--raw --json'; do
	# shellcheck disable=SC2086 # words on purpose
	imgsock $options >out 2>err
	[ $? -eq 2 ] || echo "$options: not status 2"
	[ ! -s out ] || cat out
	head -n 1 err
done
