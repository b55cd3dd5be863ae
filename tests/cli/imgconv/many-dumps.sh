# Dumps of many releases to many: what comes out has no error that its source has not.
rules() { imgcheck --json "$1" 2>/dev/null | jq -r 'select(.severity == "error").rule' | sort -u | tr '\n' ' '; }
convert()
{
	local from=$1 was now to
	shift
	was=$(rules "$from")
	for to; do
		imgconv --to="$to" -o new "$from" >changes 2>err
		echo "${from##*/} $to: $?, $(wc -l <changes) changes $(sed "s|$DATA/dumps/||; s/^imgconv: //" err | head -n 1)"
		now=$([ -d new ] && rules new)
		[ -z "$now" ] || [ "$now" = "$was" ] || echo "  was: $was now: $now"
		rm -rf new
	done
}
convert "$DATA/dumps/old-v1.0-m0" dev 2.12 1.3
convert "$DATA/dumps/old-v2.0-k2m4-ns" dev 1.0
# Without what only newer kernels have, there is a way back.
for d in memory pipe01_uns ipc-multi; do
	cp -r "$DATA/dumps/$d" .
	rm -f "$d"/timens-*.img
	for image in "$d"/core-*.img; do
		img2json "$image" | jq -c 'del(.thread_core.rseq_entry)' | json2img -o core && mv core "$image"
	done
	convert "$d" 3.17 3.11 3.2 2.12 1.8 1.3 1.0
done
# What control groups it had stays, for the way back: that is no sign of a release that wrote more.
# It has its pages here: an image that is missing would be no new error where others are.
cp -r "$DATA/dumps/cgroup01_h" .
imgcheck cgroup01_h 2>/dev/null | sed -n 's,/\(pages-.*\): error: image missing: .* has \([0-9]*\) pages there .*,/\1 \2,p' |
	while read -r image n; do truncate -s $((n * 4096)) "$image"; done
img2json cgroup01_h/core-67.img | jq -c 'del(.thread_core.rseq_entry)' | json2img -o cgroup01_h/core-67.img
rm -f cgroup01_h/timens-*.img
convert cgroup01_h 1.3 1.2 1.1 1.0
