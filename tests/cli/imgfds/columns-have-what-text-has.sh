# Columns of descriptors; the default ones as text, all of them as JSON.
imgfds -o +recvq,peers "$DATA/dumps/bashpipe" | head -n 12
imgfds -t pipe -p 9992 --json -o pid,comm,fd,type,id,mode,flags,cloexec,pos,size,mnt,deleted,recvq,sendq,owners,peers,label,name "$DATA/dumps/bashpipe"
imgfds -t file --bytes -o fd,size,deleted,name "$DATA/dumps/names"
imgfds -f -o pid "$DATA/dumps/names"
