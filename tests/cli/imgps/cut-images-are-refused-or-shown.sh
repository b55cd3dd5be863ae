# Every image of a dump cut at many places, one at a time: no crash, and no word that is
# not one of ours.
for dump in old-v1.0-m0 memory; do
	cp -r "$DATA/dumps/$dump" dump
	chmod -R u+w dump
	for image in dump/{pstree,core-*,ids-*,mm-*,creds-*,rlimit-*,sigacts-*,signal-*,fdinfo-*,files,pipes,unixsk,inetsk,pagemap-*,inventory}.img; do
		[ -e "$image" ] || continue
		cp "$image" whole
		size=$(stat -c %s whole)
		for cut in 0 3 7 9 13 20 $((size / 2)) $((size - 1)); do
			[ "$cut" -lt "$size" ] || continue
			head -c "$cut" whole >"$image"
			for options in -aetscnlS -jaetscnlS -d; do
				imgps $options dump >out 2>err
				s=$?
				[ $s = 0 ] || [ $s = 1 ] || { echo "$image at $cut, $options: status $s"; head -n 3 err; }
				grep -v '^imgps: dump' err
			done
		done
		cp whole "$image"
	done
	rm -rf dump
done
