# The stored answers of crit 4.2, byte for byte: decode, show and the explorers, of every
# bundled dump; and encode of each decoded document.
PATH=$BUILD/dropin:$PATH

# What crit leaves out of its answers, and ours does not: the framing of CRIU before 1.6, ...
as_crit_decodes()
{
	case $1 in
	*/old-v1.*.pretty.json) sed '/^    "format": "1\.0",$/d' ;;
	*/old-v1.*.json) sed 's/"format": "1\.0", //' ;;
	*) cat ;;
	esac
}

# ... and the names of memfds, of which only those of shared memory are in the bundled dumps.
as_crit_explores()
{
	sed 's|/dev/zero (s)|unknown path (s)|'
}

same()
{
	"$1" "$2" | cmp -s - "$2" || echo "$2"
	n=$((n + 1))
}

n=0
find "$DATA"/dumps/*.crit -name '*.json' -o -name 'x-*.txt' | sort >stored
while read -r answer; do
	dump=${answer%.crit/*}
	file=${answer##*/}
	file=${file%.json}
	file=$dump/${file//%//}
	case $answer in
	*.pretty.json) crit show "${file%.pretty}" >got ;;
	*.json)
		crit decode -i "$file" -o out
		crit decode -i "$file" >got
		echo | cat out - | cmp -s - got || echo "decode -o $file"
		crit encode -i out | cmp -s - "$file" || echo "encode $file"
		;;
	*/x-*)
		what=${answer##*/x-}
		# Dumps without pages lack what rss does not read.
		crit x "$dump" "${what%.txt}" >got 2>/dev/null
		same as_crit_explores "$answer" <got
		continue
		;;
	esac
	same as_crit_decodes "$answer" <got
done <stored
[ $n -ge 450 ] || echo "only $n compared"
