# --set: numbers, texts, names, lists, fields that were absent or go; other rules first.
. "$LIB"
cp -r "$DATA/dumps/pipe01_uns" dump
edit() {
	rm -rf new
	imgedit "$@" -o new dump || echo "status $?"
}
edit --set core-1.img:tc.comm=new --comm=pipe01=other
edit --set core-1.img:tc.comm='"a b"' --set 'files.img:entries[0].reg.name=/a b=c'
edit --set 'files.img:entries[0].reg.flags=O_RDWR | O_APPEND' --set files.img:entries[0].reg.size=null
img2json --human new/files.img | sed -n 2p | cut -c1-160
edit --set 'files.img:entries[0].reg.fown={"uid":1,"euid":2,"signum":3,"pid_type":0,"pid":0}'
edit --set pstree.img:entries[0].threads='[1,7,9]' --set pstree.img:entries[0].threads[1]=8
img2json new/pstree.img
edit --set pstree.img:entries[0].threads[3]=8
edit --set pstree.img:entries[0].pid=null
edit --set pstree.img:pid=1
edit --set mountpoints-14.img:entries[0].root_dev=0:99 --set utsns-12.img:nodename=null
edit --set core-1.img:tc.signals_s.signals=[]
imgedit -j -n --set core-1.img:mtype=AARCH64 --set 'files.img:entries[0].reg.name={"@base64":"/w=="}' dump
