# -C takes the names that img2json DIR gives, and others with --any-name only.
. "$LIB"
try()
{
	rm -rf new
	jq -nc --arg img "$1" --arg magic "$2" '{magic: $magic, img: $img},
		if $magic == "RAW" then {extra: "", at: 0} else empty end' >text
	json2img -C new text && echo "$2 $(ls -b -A new)" && return
	[ ! -e new ] || echo left
	json2img --any-name -C new text && [ "$(find new -type f -printf x)" = x ] || echo 'not taken'
}
for name in .bashrc -rf parent $'a\nb' $'\e[31mx.img' $'x\u0085.img' .core-1.img -core-1.img '~' authorized_keys core-1 stats; do
	try "$name" RAW
done
try .bashrc PSTREE
try parent PSTREE
try old-pstree PSTREE
try '~' PSTREE
try x.img RAW
try stats-dump RAW
try stats-dump STATS
try 'a b.img' RAW
for name in . .. a/b ''; do
	json2img --any-name -C new <<<"{\"magic\":\"PSTREE\",\"img\":\"$name\"}"
done
printf '{"magic":"PSTREE","img":"a\377.img"}' | json2img -C new
status json2img --any-name -o x <<<'{"magic":"PSTREE"}'
