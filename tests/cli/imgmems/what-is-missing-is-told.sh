# The rest is shown, and the status is 1.
fresh()
{
	rm -rf dump
	cp -r "$DATA/dumps/memory" dump
	chmod -R u+w dump
}
try()
{
	imgmems "$@" dump | head -n 8
	echo "status ${PIPESTATUS[0]}"
	fresh
}
fresh
rm dump/mm-2375.img
try
rm dump/files.img
try
rm dump/memfd.img
try -p 2375 | grep -v '^	'
rm dump/pagemap-2375.img
imgmems --rss -p 2375 dump | tail -n 1
fresh
head -c 200 "$DATA/dumps/memory/pagemap-2375.img" >dump/pagemap-2375.img
imgmems --rss -p 2375 dump | tail -n 1
fresh
head -c 30 dump/mm-2375.img >part
cp part dump/mm-2375.img
try
head -c 50 dump/pstree.img >part
cp part dump/pstree.img
try -p 2375
imgmems -p 4 dump
echo "status $?"
# A mapping without its end: the list of its process stops there.
json2img -o whole <<-END
	{"magic":"MM"}
	{"mm_start_code":0,"mm_end_code":0,"mm_start_data":0,"mm_end_data":0,"mm_start_stack":0,"mm_start_brk":0,"mm_brk":0,"mm_arg_start":0,"mm_arg_end":0,"mm_env_start":0,"mm_env_end":0,"exe_file_id":1,"vmas":[{"start":1,"end":2,"pgoff":0,"shmid":0,"prot":0,"flags":0,"status":0,"fd":0},{"start":1,"end":3,"pgoff":0,"shmid":0,"prot":0,"flags":0,"status":0,"fd":0}]}
END
# The tag of `end` becomes that of another `start`.
LC_ALL=C sed 's/\x10\x03/\x08\x03/' whole >dump/mm-2375.img
imgmems -p 2375 dump
echo "status $?"
