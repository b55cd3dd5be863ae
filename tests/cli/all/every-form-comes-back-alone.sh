# One file of each type through each form, without names and directories.
. "$LIB"

n=0
while read -r kind f; do
	for form in --document --pretty --human --tag '--tag --human' --name; do
		# shellcheck disable=SC2086
		img2json $form "$f" | json2img | cmp - "$f" || echo "$kind: $form: $f does not come back"
	done
	for sort in '' -S; do
		# shellcheck disable=SC2086
		img2json "$f" | jq $sort -c . | json2img | cmp - "$f" ||
			echo "$kind: jq $sort: $f does not come back"
	done
	n=$((n + 1))
done < <(one_of_each 100000)
[ $n -ge 90 ] || echo "only $n kinds of images found"
