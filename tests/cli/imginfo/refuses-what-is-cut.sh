# Framing and payloads are checked, messages only where they say how long a payload is.
cd "$DATA/bad" || exit 1
for f in *.img; do
	imginfo --json "$f" >"$OLDPWD/out" 2>"$OLDPWD/err" && echo "$f: counted"
	sed 's/^imginfo: //' "$OLDPWD/err"
	# shellcheck disable=SC2002
	cat "$f" | imginfo --json 2>&1 >/dev/null | sed "s/^imginfo: <stdin>/imginfo: $f/" | cmp - "$OLDPWD/err"
done
