# A name that stands in paths, tasks and hosts is nowhere in the copy nor in the report; one of a
# class that is kept is.
cp -r "$DATA/dumps/tun_ns_ns" dump
json()
{
	img2json "dump/$1" | jq -c "$2" | json2img >"$1" && mv "$1" dump/
}
for f in dump/core-*.img; do
	json "${f##*/}" 'if .tc.comm then .tc.comm = "Kalifragil" else . end'
done
json files.img 'if .reg then .reg.name = "/home/Kalifragil" + .reg.name else . end'
grep -rl Kalifragil dump | wc -l
imganon -o out dump >report
wc -l <report
grep -ril kalifragil out report
imganon --keep=path -o kept dump >report
echo $?
