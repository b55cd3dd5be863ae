. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
usual a
usual b
imgpages a b
imgpages -C 0 -g 'a{2}b{3}' a b
status imgpages -p 7 -p 9 a
status imgpages nosuch a
