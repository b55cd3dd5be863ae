# Without FILE, or with -, standard input is read, a pipe as well as a file.
cp "$DATA/dumps/memory/pstree.img" .
img2json pstree.img >want
check() { cmp - want || echo "$1 differs"; }
img2json <pstree.img | check file
img2json - <pstree.img | check dash
img2json -- - <pstree.img | check 'dash behind --'
# shellcheck disable=SC2002
cat pstree.img | img2json | check pipe
{ for i in 1 2 3; do head -c $i; done; cat; } <pstree.img | img2json | check 'small pieces'
img2json <(cat pstree.img) | check 'named pipe'

# Among several it has no name, as it has none.
img2json ./pstree.img - <pstree.img | grep magic
img2json --name - <pstree.img | head -n 1

# It can stand in the middle of a file.
{ head -c 8 >/dev/null; img2json -r | tail -n 1; } <pstree.img
