# One file of each type through each form, without names and directories.
. "$LIB"

# Under the sanitizers each run takes its time: a third of the kinds then.
n=0
while read -r kind f; do
	n=$((n + 1))
	[ -z "${SAN:-}" ] || [ $((n % 3)) = 0 ] || continue
	for form in --document --pretty --human --tag '--tag --human' --name; do
		# shellcheck disable=SC2086
		img2json $form "$f" | json2img | cmp - "$f" || echo "$kind: $form: $f does not come back"
	done
	for sort in '' -S; do
		# shellcheck disable=SC2086
		img2json "$f" | jq $sort -c . | json2img | cmp - "$f" ||
			echo "$kind: jq $sort: $f does not come back"
	done
done < <(one_of_each 100000)
[ $n -ge 90 ] || echo "only $n kinds of images found"
