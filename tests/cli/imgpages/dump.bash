# Small dumps for the cases of imgpages, made by json2img. shellcheck shell=bash

# One live task: dump DIR PID; the messages of its mappings (JSON, each a line without
# comma) on standard input. PAGE is the page size, AUXV another auxiliary vector.
dump()
{
	local dir=$1 pid=$2 vmas
	vmas=$(paste -sd,)
	{
		printf '{"magic":"INVENTORY","img":"inventory.img"}\n{"img_version":%d}\n' "${VERSION:-2}"
		printf '{"magic":"PSTREE","img":"pstree.img"}\n'
		printf '{"pid":%d,"ppid":0,"pgid":%d,"sid":%d,"threads":[%d]}\n' "$pid" "$pid" "$pid" "$pid"
		core "$pid"
		mm "$pid" "$vmas"
	} | json2img -C "$dir"
}

core()
{
	printf '{"magic":"CORE","img":"core-%d.img"}\n' "$1"
	printf '{"mtype":"X86_64","tc":{"task_state":1,"exit_code":0,"personality":0,"flags":0,"blk_sigset":0,"comm":"t"}}\n'
}

mm()
{
	printf '{"magic":"MM","img":"mm-%d.img"}\n' "$1"
	printf '{"mm_start_code":0,"mm_end_code":0,"mm_start_data":0,"mm_end_data":0,"mm_start_stack":2097152,'
	printf '"mm_start_brk":0,"mm_brk":0,"mm_arg_start":0,"mm_arg_end":0,"mm_env_start":0,"mm_env_end":0,'
	printf '"exe_file_id":1,"mm_saved_auxv":[%s],"vmas":[%s]}\n' "${AUXV:-3,4194368,6,${PAGE:-4096},0,0}" "$2"
}

# A mapping: vma START END STATUS [SHMID [PGOFF]]. Of the status: 513 private memory, 65
# a private file, 129 a shared file, 257 shared memory, 1281 System V, 16513 a memfd.
vma()
{
	printf '{"start":%d,"end":%d,"pgoff":%d,"shmid":%d,"prot":3,"flags":34,"status":%d,"fd":-1}\n' \
		$(($1)) $(($2)) $((${5:-0})) "${4:-0}" "$3"
}

# A pagemap: pagemap DIR ID PAGES_ID ADDR:COUNT:FLAGS... (ID: a pid, or shmem-N)
pagemap()
{
	local dir=$1 id=$2 pages=$3 run
	shift 3
	{
		printf '{"magic":"PAGEMAP","img":"pagemap-%s.img"}\n{"pages_id":%d}\n' "$id" "$pages"
		for run; do
			IFS=: read -r addr count flags <<<"$run"
			printf '{"vaddr":"%s","compat_nr_pages":0,"flags":%d,"nr_pages":"%s"}\n' \
				"$addr" "$flags" "$count"
		done
	} | json2img -C "$dir"
}

# A pages file, for each character of the text a page full of it (.: zeros): pages DIR N TEXT
pages()
{
	local i c
	mkdir -p "$1"
	for ((i = 0; i < ${#3}; i++)); do
		c=${3:i:1}
		head -c "${PAGE:-4096}" /dev/zero | if [ "$c" = . ]; then cat; else tr '\0' "$c"; fi
	done >"$1/pages-$2.img"
}

# Pages back to text: what is in standard input, a character for each page.
text()
{
	od -An -v -t c -w"${PAGE:-4096}" | awk '{
		c = $1
		for (i = 2; i <= NF; i++) if ($i != c) { c = "?"; break }
		printf "%s", c == "\\0" ? "." : c
	} END { print "" }'
}

# The usual: a mapping of eight pages at 0x10000, four of them with something in them.
usual()
{
	vma 0x10000 0x18000 513 | dump "$1" 7
	pagemap "$1" 7 1 0x10000:2:4 0x14000:1:4 0x16000:1:6
	pages "$1" 1 abcd
}
