# --search-memory: where the old value still is; with --strict an error.
. "$LIB"
cp -r "$DATA/dumps/memory" dump
imgedit --search-memory --path=/srv/demo=/data -o new dump >/dev/null
imgedit --search-memory --strict --path=/srv/demo=/data -o no dump >/dev/null || echo "status $?"
imgpages -F --grep /srv/demo dump | wc -l
ls
