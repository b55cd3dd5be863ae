# --also: ports, ids, times and counts of every bundled dump; imgcheck finds nothing new.
. "$LIB"
while read -r dir; do
	case $dir in */by-hand*) continue ;; esac
	rm -rf out
	imganon --also=port,id,time,count -o out "$dir" >/dev/null || echo "$dir"
done < <(dumps)
