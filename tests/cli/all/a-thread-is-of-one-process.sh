# Thread lists that name the threads of others: each thread is shown once, so that a few bytes
# of a list do not become pages of text.
. "$LIB"
cp -r "$DATA/dumps/memory" dump && chmod -R u+w dump
img2json dump/pstree.img | jq -c 'if .pid then .threads += [2375, 2378, 2379, 2379] else . end' |
	json2img -o dump/pstree.img
for d in "$DATA/dumps/memory" dump; do
	imgps --json --threads "$d" | jq -c '[.pid, (.threads | map(.tid? // .))]'
done
imgps -p 2375 dump
