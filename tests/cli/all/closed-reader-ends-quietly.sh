# The tool behind has read enough: no words, and no more work than a buffer's worth.
f=$DATA/dumps/memory/core-2375.img
head -c 20000000 /dev/zero >big
img2json -r big >text
quiet() { case ${PIPESTATUS[0]} in 3 | 141) echo ended ;; *) echo 'not ended' ;; esac; }
img2json -r big | head -n 1
quiet
img2json "$DATA/dumps/memory" big | head -n 1
quiet
img2json --pretty -r big | head -n 2
quiet
json2img text | head -c 3 | od -An -c
quiet
list=()
for _ in {1..3000}; do list+=("$f"); done
imginfo --json "${list[@]}" | head -n 1 | jq -c .magic
img2json --help | true
# Where SIGPIPE is ignored the write fails instead: as quiet, status 3.
(
	trap '' PIPE
	img2json -r big | head -n 1 | cut -c 1-20
	echo "${PIPESTATUS[0]}"
	json2img text | head -c 1 | od -An -c
	echo "${PIPESTATUS[0]}"
	imginfo --json "${list[@]}" | head -n 1 | jq -c .magic
)
