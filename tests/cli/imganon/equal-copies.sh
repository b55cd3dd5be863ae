# Dumps that differ in contents alone have equal copies under one table. Those that differ in names have
# copies that are equal up to renaming: with the words renamed in the table too, the same.
cp -r "$DATA/dumps/names" a
cp -r a b
echo "key 0123456789abcdef0123456789abcdef" >table
head -c 40960 a/pages-2.img | tr '\0-\377' '\1-\377\0' | dd of=b/pages-2.img conv=notrunc status=none
img2json a/ghost-file-1.img | jq -c "if .extra then .extra = \"$(printf 'another text' | base64)\" else . end" | json2img >b/ghost-file-1.img
img2json a/core-8493.img | jq -c 'if .thread_info then .thread_info.gpregs.ax = 7 | .thread_info.gpregs.bx = 8 else . end' | json2img >b/core-8493.img
for d in a b; do
	imganon -t table -o "$d-copy" $d >/dev/null 2>&1
done
diff -rq a b
diff -r a-copy b-copy

cp -r a c
LC_ALL=C sed -i 's/demo/omed/g; s/w-names/n-wames/g' c/files.img c/core-*.img c/remap-fpath.img
sed 's/ demo$/ omed/; s/ w-names$/ n-wames/' table >renamed
imganon -t renamed -o c-copy c >/dev/null 2>&1
diff -r a-copy c-copy
cmp <(cut -d' ' -f1 table | sort) <(cut -d' ' -f1 renamed | sort)
