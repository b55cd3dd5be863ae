# Small images and their JSON with each bit turned: refused in one line, or read to the
# end, and what is read says the same when it is written back and read again.
. "$LIB"
[ -x "$BUILD/cli/sweep" ] || { echo 'no sweep in the build directory: make cli builds it'; exit 77; }
size=1024
[ -z "${SAN:-}" ] || size=200
one_of_each $size | cut -f 2 >files
find "$DATA/bad" -name '*.img' -size -"${size}c" >>files
[ "$(wc -l <files)" -ge 100 ] || echo "only $(wc -l <files) files"
xargs "$BUILD/cli/sweep" flip <files 2>err || cat err
