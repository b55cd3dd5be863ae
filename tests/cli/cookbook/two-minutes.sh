# The commands of "Two minutes" in README.md, one after the other in one shell, write what
# stands behind them. What they write to /tmp goes here.
# shellcheck disable=SC2016 # what is not expanded here is in the commands
. "$LIB"
ln -s "$BUILD" build
ln -s "$SRC/tests" tests
here=$PWD
command -v dot >/dev/null || dot() { cat; }

sed -n '/^## Two minutes/,/^## Many dumps/s/^    //p' "$SRC/README.md" | sed 's|/tmp/|$here/|' >lines
run()
{
	[ -n "$command" ] || return
	n=$((n + 1))
	local IFS='' # there may be spaces in $here
	eval "$command" >"$here/out" 2>&1 || echo "$command: status $?"
	as_said "$command" "$here/said" "$here/out"
}
n=0 command=''
while IFS= read -r line; do
	case $line in
	'$ '*)
		run
		command=${line#'$ '}
		: >"$here/said"
		;;
	*)
		case $command in
		*'|') command="$command$line" ;;
		*) printf '%s\n' "$line" >>"$here/said" ;;
		esac
		;;
	esac
done <lines
run
[ $n -ge 11 ] || echo "only $n commands"
ls "$here"
