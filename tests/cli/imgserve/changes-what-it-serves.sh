# Rules are those of imgedit; filters come after them, one after the other.
. "$SRC/tests/cli/serve.bash"
ln -s "$DATA/dumps/names" names
d=names
mapfile -t names < <(images "$d")
mkdir out sock
rules=(--path=/srv=/data --set=core-8493.img:tc.comm=new)
imgedit -o want "${rules[@]}" "$d" >/dev/null 2>&1
imgserve -s sock "${rules[@]}" "$d" -- fakecriu -q restore sock out "${names[@]}"
for f in "${names[@]}"; do cmp "want/$f" "out/$f"; done

# shellcheck disable=SC2016
imgserve -s sock --log=log --set=core-8493.img:tc.comm=new \
	-f 'core-*=img2json' -f 'core-8*=jq -c "if .tc then .tc.comm += \"er\" else . end"' \
	-f '*core*=json2img' -f 'fs-*=echo "$IMG ${DIR##*/}" >&2; cat' "$d" -- \
	fakecriu restore sock out core-8493.img fs-8493.img
img2json out/core-8493.img | jq -r '.tc.comm // empty'
cmp "$d/fs-8493.img" out/fs-8493.img
jq -c 'del(.seconds)' log
# A rule that matches nothing is found before anything is started.
imgserve -s sock --path=/nosuch=/x "$d" -- echo started
echo "status $?"
imgserve -s sock --set=core-1.img:tc.comm=x "$d" -- echo started
echo "status $?"
find . -name '*.sock'
