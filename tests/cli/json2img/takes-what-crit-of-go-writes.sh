# 64-bit numbers in strings, entries that are null.
echo '{"magic":"FILE_LOCKS","entries":null}' | json2img | cmp - "$DATA/dumps/by-hand/filelocks.img"
printf '%s\n' '{' '    "magic": "PAGEMAP",' '    "entries": [' '        {"pages_id": 1},' \
	'        {"vaddr": "140087473582080", "compat_nr_pages": 0, "flags": 4, "nr_pages": "24"}' '    ]' '}' |
	json2img | img2json
