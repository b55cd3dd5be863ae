# --document and --pretty are what `crit decode` and `crit show` of CRIU 4.2 print, byte
# for byte; crit loses the framing of CRIU before 1.6, which we keep as "format".
. "$LIB"

checked=0

# Our text on stdin equals the stored answer $1 (a file, or a line of SHA256SUMS).
equals()
{
	local want
	case $2 in
	*.pretty.json) sed '/^    "format": "1.0",\{0,1\}$/d' ;;
	*) sed '1s/ "format": "1.0",//' ;;
	esac >ours
	if [ -f "$1/$2" ]; then
		cmp "$1/$2" ours || echo "$1/$2 differs"
	else
		want=$(sed -n "s/  $2\$//p" "$1/SHA256SUMS")
		[ "$(sha256sum <ours)" = "$want  -" ] || echo "$1: $2 differs from what crit printed"
	fi
	checked=$((checked + 1))
}

# Under the sanitizers each run takes its time: only the answers kept in full then.
answers()
{
	find . -name '*.json' | sed 's|^\./||'
	[ -n "${SAN:-}" ] || sed 's/^[^ ]*  //' SHA256SUMS 2>/dev/null
}

for crit in "$DATA"/dumps/*.crit; do
	while read -r answer; do
		image=${answer%.json}
		form=--document
		[ "$image" = "${image%.pretty}" ] || form=--pretty
		image=${image%.pretty}
		equals "$crit" "$answer" < <(img2json $form "${crit%.crit}/${image//%//}")
	done < <(cd "$crit" && answers)
done
[ $checked -ge 300 ] || echo "only $checked answers of crit found"
