# Processes of other pids are found by tree and name, and pids are compared as what they are of.
. "$LIB"
cp -r "$DATA/dumps/bashpipe" a
imgedit --pid=9982=500 --pid=9995=501 --pid=10147=502 -o b a >/dev/null
status imgdiff -k "!memory,env" a b
imgedit --set 'core-501.img:entries[0].tc.comm=eet' -o c b >/dev/null
# Another name is another process, and so are its children.
status imgdiff -k "!memory,env" a c
status imgdiff -k limits,process -p 501 -p 10147 a c
status imgdiff -p 4711 a c
