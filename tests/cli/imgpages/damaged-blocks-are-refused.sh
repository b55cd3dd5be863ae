# Compressed pages that are not what their pagemap says: one line, numbers on both sides.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
# try WHAT FIELDS PAGES: an entry of two pages at 0x10000 with these fields, and a pages file.
try()
{
	echo "== $1"
	rm -rf d
	vma 0x10000 0x18000 513 | VERSION=3 dump d 7
	{
		printf '{"magic":"PAGEMAP","img":"pagemap-7.img"}\n{"pages_id":1}\n'
		printf '{"vaddr":65536,"compat_nr_pages":0,"flags":4,"nr_pages":2,%s}\n' "$2"
	} | json2img -C d
	printf '%b' "$3" >d/pages-1.img
	status imgpages -r 0x10000+0x2000 --zero d 2>err | text
	cat err
}
blocks() { printf '"blocks":{"block_sizes":[%s],"total_payload_size":%d,"pages_per_block":%d}' "$1" "$2" "$3"; }

# LZ4 of a page of 'a': a literal, and 4090 bytes and 5 more of it.
a='\037a\001\000\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\366\120aaaaa'
try 'two pages of a, which is no fault' "$(blocks 26,26 52 1)" "$a$a"
try 'zeros, which is no fault' "$(blocks 0,26 26 1)" "$a"
try 'one block of zeros, which is no fault' "$(blocks 0 0 2)" ''
try 'a block less' "$(blocks 26 26 1)" "$a$a"
try 'a block more' "$(blocks 26,26,0 52 1)" "$a$a"
try 'larger than its page' "$(blocks 26,4097 4123 1)" "$a$a"
try 'another total' "$(blocks 26,26 53 1)" "$a$a"
try 'blocks of no page' "$(blocks 26,26 52 0)" "$a$a"
try 'blocks of 4 MiB and a page' "$(blocks 26,26 52 1025)" "$a$a"
try 'a short file' "$(blocks 26,26 52 1)" "$a"
try 'less than its page' "$(blocks 26 26 2)" "$a"
try 'more than its page' "$(blocks 26,0 26 1)" "${a/366/367}"
try 'no LZ4' "$(blocks 3,0 3 1)" '\377\377\377'
try 'lists and numbers of sizes' '"total_compressed_size":52,"@unknown":"MBoyARo="' "$a$a"
try 'a size of a page in two' '"total_compressed_size":26,"region_pages":2,"@unknown":"MBo="' "$a"
