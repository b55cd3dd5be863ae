. "$SRC/tests/cli/imgpages/dump.bash"
vma 0x100000 0x300000 513 | dump d 7
pagemap d 7 1 0x100000:300:4
{ printf '\1'; head -c 1228799 /dev/zero | tr '\0' q; } >d/pages-1.img
imgpages -t d | sed 's/q*$/Q/'
imgpages -t d | wc -c
imgpages -t -j d | jq -s -c '[(map(.string | length) | add), (map(.continued) | unique), .[0].addr]'
