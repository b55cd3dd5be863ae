. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
usual d
while read -r line; do
	# shellcheck disable=SC2086
	status imgpages $line d
done <<'EOF'
-s -g x
-t -x
-F
-i
-C 3
-n 5
--zero
--skip -t -r all
--zero --skip -r all
-s -r all
-j -x
-j -r all
-t -n 0
-t -n x
-g x -C 5000
-g *a(
-p 0
EOF
status imgpages -g '' d
