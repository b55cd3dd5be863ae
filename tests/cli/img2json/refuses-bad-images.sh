# Each image of tests/data/bad: status 1 and one line that says why, the same for a file
# and for a pipe; whole lines of JSON before it; with -o nothing in the output's place.
cd "$DATA/bad" || exit 1
w=$OLDPWD

for f in *.img; do
	img2json "$f" >"$w/out" 2>"$w/err"
	s=$?
	[ $s = 1 ] && [ "$(wc -l <"$w/err")" = 1 ] || echo "$f: status $s, $(wc -l <"$w/err") lines"
	sed 's/^img2json: //' "$w/err"
	jq -c . "$w/out" >/dev/null || echo "$f: torn lines"

	# What is no image at all may be raw data if its name says nothing: a pipe has none.
	# shellcheck disable=SC2002
	cat "$f" | img2json >"$w/out2" 2>"$w/err2"
	s=$?
	sed "s/^img2json: <stdin>/img2json: $f/" "$w/err2" | cmp - "$w/err" && cmp "$w/out" "$w/out2" && [ $s = 1 ] ||
		echo "$f: a pipe tells something else: $s $(cat "$w/err2")"

	img2json -o "$w/new" "$f" 2>"$w/err2"
	[ $? = 1 ] && cmp -s "$w/err" "$w/err2" && [ -z "$(find "$w" -name new -o -name '.img*')" ] ||
		echo "$f: with -o: $(cat "$w/err2") $(ls -A "$w")"

	for form in --document --pretty --human --tag; do
		img2json "$form" "$f" >"$w/out2" 2>"$w/err2"
		[ $? = 1 ] && cmp -s "$w/err" "$w/err2" || echo "$f: $form: $(cat "$w/err2")"
		[ -z "$(tail -c 1 "$w/out2")" ] || echo "$f: $form: the last line has no end"
	done

	img2json --no-payload "$f" >/dev/null 2>"$w/err2"
	[ $? = 1 ] && [ "$(wc -l <"$w/err2")" = 1 ] || echo "$f: --no-payload: $(cat "$w/err2")"

	# imginfo does not read messages, but what it refuses it refuses in one line.
	imginfo "$f" >/dev/null 2>"$w/err2"
	s=$?
	[ $s -le 1 ] && [ "$(wc -l <"$w/err2")" = $s ] || echo "$f: imginfo: $s $(cat "$w/err2")"
done
