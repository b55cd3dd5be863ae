# -l: each value that verbs could change, how often and where.
. "$LIB"
imgedit -l port "$DATA/dumps/socket-tcp-nft-nfconntrack_h"
imgedit -l ip "$DATA/dumps/old-v2.0-m31"
imgedit -l uid "$DATA/dumps/pipe01_uns"
imgedit -l pid "$DATA/dumps/pipe01_uns"
imgedit -lj unix "$DATA/dumps/names"
imgedit -l "$DATA/dumps/pipe01_uns" | cut -d' ' -f1 | uniq -c
# A path as it is listed is one that a rule takes; what the kernel has added to it stays, unless it is named.
imgedit -l path "$DATA/dumps/old-v1.0-m0" | grep ghost
imgedit -n --path=/srv/appsrc/k/ghost=/new "$DATA/dumps/old-v1.0-m0" | grep del
imgedit -n --path='/srv/appsrc/k/ghost (deleted)=/new' "$DATA/dumps/old-v1.0-m0" | grep del
