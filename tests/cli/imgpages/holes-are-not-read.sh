# A pages file of a terabyte, all but a few bytes of it a hole: nothing reads what is not there.

cp "$DATA/dumps/bashpipe/"*.img .
pid=9982
img2json mm-$pid.img |
	jq -c 'if .vmas then .vmas = [.vmas[0] + {start: 4096, end: 1099511627776, pgoff: 0, flags: 34}] else . end' |
	json2img -o mm-$pid.img
img2json pagemap-$pid.img | jq -c 'select(.magic)' >head.json
{
	cat head.json
	echo '{"pages_id":1}'
	echo '{"vaddr":4096,"compat_nr_pages":268435455,"flags":4}'
} | json2img -o pagemap-$pid.img
rm -f pages-1.img
truncate -s 1099511623680 pages-1.img
printf 'first needle' | dd of=pages-1.img bs=1 seek=12288 conv=notrunc status=none
printf 'last needle' | dd of=pages-1.img bs=1 seek=1099511623600 conv=notrunc status=none

ulimit -t 10
img2json -N pages-1.img
imgpages -p $pid -t .
imgpages -p $pid -g 'n[e]+dle' .
imgpages -p $pid --read=0xfffffff000+4096 . | tr -d '\0' && echo
