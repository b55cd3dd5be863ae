# A finding has image, entry, path, message and rule, in both forms.
cp -r "$DATA/dumps/memory" dump && cd dump || exit
img2json fs-2378.img | jq -c 'if .cwd_id then .cwd_id = 999 else . end' | json2img -o fs-2378.img
rm seccomp.img
cd ..
imgcheck dump
echo "status $?"
imgcheck --json dump/ 2>/dev/null
