# What the crit that is installed here decodes, shows and encodes is what --document,
# --pretty and json2img make, byte for byte, but for what the tables of tests/cli/crit.py
# name: over all bundled images, each content once.
. "$LIB"
need_crit

each_content()
{
	find "$DATA/dumps" -type f ! -path '*.crit/*' ! -path '*.facts/*' -exec sha256sum {} + |
		sort -u -k 1,1 | cut -c 67-
}

# Under the sanitizers each run takes its time.
if [ -n "${SAN:-}" ]; then
	one_of_each 1000000 | cut -f 2
else
	each_content
fi >images

# A line of fields with tabs between them.
line()
{
	local IFS=$'\t'
	printf '%s\n' "$*"
}

n=0
while read -r image; do
	n=$((n + 1))
	img2json --document "$image" >$n.d || echo "$image: status $?"
	img2json --pretty "$image" >$n.p || echo "$image: status $?"
	line crit.$n.d decode -i "$image" >&3
	line crit.$n.p show "$image" >&3
	for form in d p; do
		line crit.$n.$form.img encode -i crit.$n.$form >&3
		line "$image" $n.$form crit.$n.$form >&4
	done
done <images 3>asked 4>held
ask_crit ask <asked
ask_crit hold <held

# CRIU 4.2 gave the name nr_pages to another field.
new_names()
{
	if grep -q compat_nr_pages "$1" || ! grep -q '"magic": "PAGEMAP"' "$1"; then
		cat "$1"
	else
		sed 's/"nr_pages"/"compat_nr_pages"/g' "$1"
	fi
}

encoded=0
for want in crit.*.img; do
	new_names "${want%.img}" | json2img | cmp - "$want" || head -c 200 "${want%.img}"
	encoded=$((encoded + 1))
done
[ $encoded -ge $((n * 3 / 2)) ] || echo "crit encoded no more than $encoded of $n images in two forms"
[ "$n" -ge 100 ] || echo "only $n images found"
