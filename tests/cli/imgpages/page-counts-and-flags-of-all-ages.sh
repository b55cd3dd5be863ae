# compat_nr_pages and in_parent as they were before CRIU 4.2 and 3.5.
. "$SRC/tests/cli/imgpages/dump.bash"
vma 0x10000 0x18000 513 | dump d 7
cp -r d p
pagemap p 7 9 0x10000:8:4
pages p 9 ABCDEFGH
ln -s ../p d/parent
json2img -C d <<'EOF'
{"magic":"PAGEMAP","img":"pagemap-7.img"}
{"pages_id":1}
{"vaddr":65536,"compat_nr_pages":2}
{"vaddr":73728,"compat_nr_pages":1,"in_parent":true}
{"vaddr":77824,"compat_nr_pages":1,"in_parent":false}
{"vaddr":81920,"compat_nr_pages":7,"flags":1,"nr_pages":1}
{"vaddr":86016,"compat_nr_pages":0,"flags":6,"nr_pages":1}
{"vaddr":90112,"compat_nr_pages":1,"in_parent":false,"flags":1}
EOF
pages d 1 abcd
imgpages -r all d | text
imgpages d
