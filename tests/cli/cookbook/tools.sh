# The examples in the table of tools of README.md run, and so do no others.
# shellcheck disable=SC2016 # the backquotes are those of the table
sed -n '/^## The tools/,/^## Two minutes/s/^| `\([a-z0-9-]*\)`.* | `\(.*\)` |$/\1\t\2/p' "$SRC/README.md" |
	sed 's/\\|/|/g' >table
[ "$(wc -l <table)" -ge 12 ] || echo "only $(wc -l <table) examples"
export PATH=$BUILD/dropin:$PATH:$SRC/cmd
while IFS=$'\t' read -r tool example; do
	rm -rf here
	mkdir here
	cp -r "$DATA/dumps/memory" here/dump
	case " $example" in *" $tool "*) ;; *) echo "$tool: $example" ;; esac
	(cd here && bash -o pipefail -c "$example") >out 2>err || { echo "$example: status $?"; cat err; }
	# What writes no file shows something.
	[ -s out ] || [ -s err ] || [ "$(ls here)" != dump ] || echo "$example: nothing"
done <table
