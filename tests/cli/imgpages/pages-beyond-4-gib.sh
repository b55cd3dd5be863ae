# Pages that lie behind five GiB of others, in a file that is a hole up to there.
cp "$DATA"/dumps/memory/* . 2>/dev/null
img2json pagemap-2375.img |
	sed '2a{"vaddr":1048576,"compat_nr_pages":0,"nr_pages":1310720,"flags":4}' | json2img -o pagemap
mv pagemap pagemap-2375.img
truncate -s 5G pages
cat pages-2.img >>pages
mv pages pages-2.img
imgpages -p 2375 --read='[heap]' --zero . >behind
imgpages -p 2375 --read='[heap]' --zero "$DATA/dumps/memory" | cmp - behind
imgpages -p 2375 --fixed --grep SWORDFISH . | wc -l
