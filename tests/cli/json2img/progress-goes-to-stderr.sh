head -c 3000000 /dev/zero | img2json -r >text
json2img text >want
json2img --progress text >out 2>err || echo "status $?"
cmp out want
tr '\r' '\n' <err | tail -n 1 | sed 's/[0-9.]* MB/N MB/'
