# What does not go together.
for args in '--host --log=x dump' '--needs --facts' '--root=. dump' '--host=f --root=. dump' '--facts dump' \
	'--needs' '--log=x' '--log=x a b' '--host' '--rules --needs'; do
	echo "== $args"
	# shellcheck disable=SC2086
	imgcheck $args 2>&1
	echo "status $?"
done
