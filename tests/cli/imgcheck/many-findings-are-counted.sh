# Twenty of a rule in an image are told, of each rule where several are broken by turns.
cp -r "$DATA/dumps/memory" dump && cd dump || exit
{
	img2json pagemap-2378.img | head -n 2
	seq 1 3000 | jq -c '{vaddr: (. * 3), compat_nr_pages: 0, flags: 0, nr_pages: 1}'
} | json2img -o pagemap-2378.img
cd ..
imgcheck dump >told
echo "status $?"
sed 's/.*\[/[/' told | sort | uniq -c
grep -c 'more like this' told
