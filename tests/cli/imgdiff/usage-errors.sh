. "$LIB"
for args in '' a 'a b c' '-k nosuch a b' '-k memory, a b' '-k ! a b' '-p x a b' '--only a b'; do
	# shellcheck disable=SC2086
	status imgdiff $args
done
cp -r "$DATA/dumps/memory" a
mkdir rules
status imgdiff nosuch a
status imgdiff a rules
