# And only there: the output is the same, and without the option nothing is told.
head -c 3000000 /dev/zero >pages-1.img
img2json pages-1.img >want
img2json --progress pages-1.img >out 2>err || echo "status $?"
cmp out want
tr '\r' '\n' <err | tail -n 1 | sed 's/[0-9.]* MB/N MB/'
img2json -r -P <(cat pages-1.img) 2>err | cmp - <(img2json -r pages-1.img) || echo differs
