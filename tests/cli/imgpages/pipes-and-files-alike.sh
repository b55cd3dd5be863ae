# However the output takes it, it is the same.
dir=$DATA/dumps/memory
imgpages -p 2375 --zero -r all "$dir" >file
imgpages -p 2375 --zero -r all "$dir" | cmp - file
: >append
imgpages -p 2375 --zero -r all "$dir" >>append
cmp append file
imgpages -p 2375 --zero -r all "$dir" 1<>over
cmp over file
imgpages -p 2375 --zero -P -r all "$dir" 2>err | cmp - file
tr '\r' '\n' <err | sed "s|$DATA|DATA|; s/[0-9.]* MB/N MB/"
mkfifo pipe
imgpages -p 2375 --zero -r all "$dir" >pipe &
cmp pipe file
wait
