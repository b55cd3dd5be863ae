# Every image of a dump cut at some places, one at a time: no crash, and no word that is not one of
# ours; with the whole dump on either side.
for dump in old-v1.0-k2m8-ns memory; do
	cp -r "$DATA/dumps/$dump" whole
	cp -r whole dump
	chmod -R u+w dump
	for image in dump/{pstree,core-*,ids-*,mm-*,creds-*,rlimit-*,sigacts-*,fdinfo-*,files,unixsk,pagemap-*,inventory,utsns-*,mountpoints-*}.img; do
		[ -e "$image" ] || continue
		size=$(stat -c %s "whole/${image#*/}")
		for cut in 9 $((size / 2)) $((size - 1)); do
			[ "$cut" -lt "$size" ] || continue
			head -c "$cut" "whole/${image#*/}" >"$image"
			imgdiff dump whole >out 2>err
			s=$?
			[ $s = 1 ] || [ $s = 0 ] || echo "$image at $cut: status $s"
			imgdiff --json whole dump >out 2>>err
			s=$?
			[ $s = 1 ] || [ $s = 0 ] || echo "$image at $cut, --json: status $s"
			jq -e . out >/dev/null || [ ! -s out ] || echo "$image at $cut: not JSON"
			grep -v '^imgdiff: \(dump\|whole\)' err
		done
		cp "whole/${image#*/}" "$image"
	done
	rm -rf dump whole
done
