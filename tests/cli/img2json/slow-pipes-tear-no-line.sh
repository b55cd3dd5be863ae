# What is complete comes before a wait; an entry that then turns out to be cut never comes.
for form in '' --tag --human; do
	mkfifo in
	# shellcheck disable=SC2086
	img2json $form <in >out &
	exec 3>in
	head -c 55 "$DATA/bad/message-missing.img" >&3
	sleep 0.3
	exec 3>&-
	wait $!
	echo "status $?"
	cat out
	rm in
done
