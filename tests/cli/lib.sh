# Functions that cases share.

# The directories of the bundled dumps, each link of a chain for itself.
dumps()
{
	find "$DATA/dumps" -mindepth 2 -type f ! -path '*.crit/*' ! -path '*.facts/*' |
		sed 's|/[^/]*$||' | sort -u
}

# One file of each type, framing and kind of payload among the bundled dumps, each at
# most $1 bytes long: NAME:FRAMING:PAYLOAD<tab>PATH.
one_of_each()
{
	dumps | while read -r dir; do imginfo --json "$dir" | jq -c "select(.left_out | not)"; done |
		jq -r '"\(.magic):\(.framing):\(if .entries == 0 then "none" elif .payload_bytes > 0 then "payload" else "" end)\t\(.name)"' |
		while read -r kind path; do
			[ "$(stat -c %s "$path")" -gt "$1" ] || printf '%s\t%s\n' "$kind" "$path"
		done | sort -u -k 1,1
}

# Do two directories hold the same images, byte for byte? Says where they differ.
same_images()
{
	diff -r --exclude=parent "$1" "$2"
}

# Write every bundled dump to JSON with the options $2..., through the filter $1, and back:
# the same images. Silent where all is well.
all_come_back()
{
	local filter=$1 n=0 dir
	shift
	while read -r dir; do
		rm -rf back
		img2json "$@" "$dir" | eval "$filter" | json2img -C back
		[ "${PIPESTATUS[*]}" = '0 0 0' ] || echo "$dir: the pipeline failed"
		same_images "$dir" back
		n=$((n + 1))
	done < <(dumps)
	[ $n -ge 20 ] || echo "only $n dumps found"
}

# A framed entry or magic: 32-bit words, little-endian or (be32) big-endian.
le32()
{
	local v
	for v; do
		printf '%b' "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' $((v & 255)) $((v >> 8 & 255)) $((v >> 16 & 255)) $((v >> 24 & 255)))"
	done
}

be32()
{
	local v
	for v; do
		printf '%b' "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' $((v >> 24 & 255)) $((v >> 16 & 255)) $((v >> 8 & 255)) $((v & 255)))"
	done
}

# Run a tool and show its status after what it printed.
status()
{
	"$@"
	echo "status $?"
}

# What is in a directory, temporary files included: nothing is printed for an empty one.
left()
{
	find "${1:-.}" -mindepth 1 | sort
}

# Is there a crit in PATH, and is it the Python one? Ends the case where not.
need_crit()
{
	local first
	crit=$(command -v crit) || { echo 'no crit is installed'; exit 77; }
	read -r first <"$crit"
	case $first in
	'#!'*python*) read -ra python <<<"${first#'#!'}" ;;
	*) echo 'the installed crit is not in Python'; exit 77 ;;
	esac
	"$crit" x --help >/dev/null 2>&1 || { echo 'the installed crit does not run'; exit 77; }
}

# crit.py ask|hold, for the installed crit; what it says on stderr matters only if it fails.
ask_crit()
{
	"${python[@]}" "$SRC/tests/cli/crit.py" "$crit" "$1" 2>said || cat said
}

# block 'recipe: NAME' [FILE]: a block of criu-imgtools(7) or of FILE, as its reader sees it.
block()
{
	awk -v want="$1" -f "$SRC/tests/cli/recipes.awk" "${2:-$SRC/cmd/criu-imgtools.7}"
}

# as_said NAME SAID OUT: is the file OUT what the file SAID has? A line `...` there stands
# for any number of lines. Tells where they differ.
as_said()
{
	NAME=$1 awk -v said="$2" '
		FILENAME == said { want[++n] = $0; next }
		want[i + 1] == "..." { i++; any = 1 }
		$0 == want[i + 1] { i++; any = 0; next }
		!any { print ENVIRON["NAME"] ": not said: " $0 }
		END {
			if (want[i + 1] == "...")
				i++
			if (i < n)
				print ENVIRON["NAME"] ": said: " want[i + 1]
		}' "$2" "$3"
}

# Run the recipe NAME of criu-imgtools(7) as its reader would, and show its status where
# that is not 0. It has to write what the page says, if that says anything.
recipe()
{
	block "recipe: $1" >.recipe
	block "gives: $1" >.gives
	[ -s .recipe ] || echo "no recipe $1"
	echo "-- $1"
	bash -o pipefail .recipe >.out 2>&1 || echo "status $?"
	cat .out
	[ ! -s .gives ] || as_said "$1" .gives .out
	rm .recipe .gives .out
}
