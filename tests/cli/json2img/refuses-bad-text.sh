# Each text of tests/data/bad: status 1 and one line with place and reason; no file
# appears, and one that is there stays as it is.
cd "$DATA/bad" || exit 1
w=$OLDPWD

for f in *.json; do
	json2img -o "$w/new" "$f" 2>"$w/err"
	s=$?
	[ $s = 1 ] && [ "$(wc -l <"$w/err")" = 1 ] || echo "$f: status $s, $(wc -l <"$w/err") lines"
	sed 's/^json2img: //' "$w/err"
	[ -z "$(find "$w" -name new -o -name '.img*')" ] || echo "$f: left: $(ls -A "$w")"

	echo precious >"$w/old"
	# shellcheck disable=SC2002
	cat "$f" | json2img -o "$w/old" 2>"$w/err2"
	[ "$(cat "$w/old")" = precious ] || echo "$f: the old file is gone"
	sed "s/^json2img: <stdin>/json2img: $f/" "$w/err2" | cmp - "$w/err" || cat "$w/err2"
	[ -z "$(find "$w" -name '.img*')" ] || echo "$f: left: $(ls -A "$w")"
done
