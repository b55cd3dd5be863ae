# Cut anywhere, an image is told of and the rest is shown: no hang, no crash, no silence.
cp -r "$DATA/dumps/tun_ns_ns" dump
chmod -R u+w dump
cuts()
{
	local image=$1 step=$2 size n rc
	cp "dump/$image" whole
	size=$(stat -c %s whole)
	for ((n = 0; n < size; n += step)); do
		head -c $n whole >"dump/$image"
		imgfds -fq dump >out 2>err
		rc=$?
		imgfds --json dump 2>/dev/null | jq . >/dev/null || echo "$image cut at $n: JSON"
		case $rc in
		0) [ -s err ] && echo "$image cut at $n: status 0 with words" ;;
		1) [ -s err ] || echo "$image cut at $n: status 1 without words" ;;
		*) echo "$image cut at $n: status $rc" ;;
		esac
	done
	cp whole "dump/$image"
}
cuts files.img 97
for image in dump/fdinfo-*.img dump/ids-*.img dump/fs-*.img; do
	cuts "${image#dump/}" 7
done
