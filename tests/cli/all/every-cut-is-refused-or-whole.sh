# Small images and their JSON cut at each byte: refused in one line, or accepted because
# the cut is at the end of an entry. A cut that no longer parses never succeeds.
. "$LIB"
[ -x "$BUILD/cli/sweep" ] || { echo 'no sweep in the build directory: make cli builds it'; exit 77; }
if [ -n "${SAN:-}" ]; then
	one_of_each 1024 | cut -f 2
else
	dumps | while read -r dir; do find "$dir" -maxdepth 1 -type f -size -1025c; done
fi >files
[ "$(wc -l <files)" -ge 100 ] || echo "only $(wc -l <files) files"
xargs "$BUILD/cli/sweep" cut <files 2>err || cat err
