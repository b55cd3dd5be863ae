# Every column of every tool, of dumps of each kind: as many lines and columns in each form,
# no control bytes, headings in their order, and keys in JSON that are the names.
check()
{
	list=$(tr '\n' , <columns | sed 's/,$//')
	n=$(wc -l <columns)
	for dir in names old-v1.3-k2m2 autofs_ns cgroup01_h; do
		d=$DATA/dumps/$dir
		[ -d "$d" ] || echo "no $d"
		# The bundled dumps have no pages: status 1 says so.
		$1 -o "$list" "$d" >text 2>err
		[ $? -le 1 ] || cat err
		$1 -o "$list" --raw "$d" >raw 2>>err
		$1 -o "$list" --json "$d" >json 2>>err
		grep -v 'pages-[0-9]*\.img: image missing$' err
		head -n 1 text | tr -s ' ' '\n' | sed '/^$/d' | cmp -s - columns || echo "$1 $dir: headings"
		head -n 1 raw | tr ' ' '\n' | cmp -s - columns || echo "$1 $dir: raw headings"
		awk -v n="$n" 'NF != n { bad++ } END { exit bad > 0 }' raw || echo "$1 $dir: raw columns"
		[ "$(wc -l <text)" -eq "$(wc -l <raw)" ] || echo "$1 $dir: text has other lines than raw"
		[ "$(wc -l <text)" -eq $(($(wc -l <json) + 1)) ] || echo "$1 $dir: text has other lines than JSON"
		jq -r 'keys_unsorted | join(",")' json | sort -u | grep -v "^${list,,}\$" && echo "$1 $dir: keys"
		cat text raw json | tr -d '\n' | grep -qa '[[:cntrl:]]' && echo "$1 $dir: control bytes"
		grep -l ' $' text raw
	done
}

for program in "$BUILD"/img*; do
	tool=${program##*/}
	[ -x "$program" ] || continue
	# A file for each table: that of the tool, those of its views.
	rm -f table-*
	$tool --help | awk '
		/^$/ { file = "" }
		file { print substr($0, 3, index(substr($0, 3), " ") - 1) >file }
		/^Columns/ { file = "table-" (/ of --/ ? substr($3, 3) : "") }'
	for table in table-*; do
		[ -e "$table" ] || continue
		cp "$table" columns
		view=${table#table-}
		check "$tool${view:+ --$view}"
	done
done
true
