# Every column of every tool, of dumps of each kind: as many lines and columns in each form,
# no control bytes, headings in their order, and keys in JSON that are the names.
for tool in $(cd "$BUILD" && ls img* | grep -v '\.a$'); do
	columns=$($tool --help | awk 'on && NF { print substr($0, 3, index(substr($0, 3), " ") - 1) } /^Columns/ { on = 1 }')
	[ -n "$columns" ] || continue
	list=$(echo $columns | tr ' ' ',')
	n=$(echo "$columns" | wc -l)
	for dir in bashpipe memory-chain/3 names old-v1.0-m0 old-v1.3-k2m2 pidns-ext tun_ns_ns; do
		d=$DATA/dumps/$dir
		[ -d "$d" ] || echo "no $d"
		# The bundled dumps have no pages: status 1 says so.
		$tool -o "$list" "$d" >text 2>err
		[ $? -le 1 ] || cat err
		$tool -o "$list" --raw "$d" >raw 2>>err
		$tool -o "$list" --json "$d" >json 2>>err
		grep -v 'pages-[0-9]*\.img: image missing$' err
		head -n 1 text | tr -s ' ' '\n' | sed '/^$/d' | cmp -s - <(echo "$columns") || echo "$tool $dir: headings"
		head -n 1 raw | cmp -s - <(echo $columns) || echo "$tool $dir: raw headings"
		awk -v n="$n" 'NF != n { bad++ } END { exit bad > 0 }' raw || echo "$tool $dir: raw columns"
		[ "$(wc -l <text)" -eq "$(wc -l <raw)" ] || echo "$tool $dir: text has other lines than raw"
		[ "$(wc -l <text)" -eq $(($(wc -l <json) + 1)) ] || echo "$tool $dir: text has other lines than JSON"
		jq -r 'keys_unsorted | join(",")' json | sort -u | sed "/^${list,,}\$/d" | grep . && echo "$tool $dir: keys"
		cat text raw json | tr -d '\n' | grep -qa '[[:cntrl:]]' && echo "$tool $dir: control bytes"
		grep -l ' $' text raw
	done
done
true
