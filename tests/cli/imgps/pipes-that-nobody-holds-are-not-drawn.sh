# The files of a dump whose processes have lost their descriptors.
mkdir dump
cp "$DATA/dumps/bashpipe/files.img" dump
{
	echo '{"magic":"PSTREE"}'
	echo '{"pid":1,"ppid":0,"pgid":1,"sid":1,"threads":[1]}'
} | json2img -o dump/pstree.img
imgps --dot dump
