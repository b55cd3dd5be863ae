# The keys that an explorer writes are those of the section JSON of its manual, all of them and no
# others: over the bundled dumps, and what these lack.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"

# edit IMAGE FILTER
edit()
{
	img2json "$1" | jq -c "$2" | json2img -o "$1"
}

# What no bundled dump has: a stopped task, one that a signal killed, a seccomp filter, a label, a
# mapped file that was deleted, another page, a string of 2 MiB, a device of packets.
cp -r "$DATA/dumps/memory" more
edit more/core-2375.img 'if .tc then .tc.task_state = 3 | .tc.stop_signo = 20
	| .thread_core += {seccomp_mode: "filter", seccomp_filter: 0, sched_nice: 5} else . end'
edit more/core-2379.img 'if .tc then .tc.exit_code = 139 else . end'
edit more/fdinfo-2.img 'if .fd == 0 then .xattr_security_selinux = "label" else . end'
printf '%s\n' '{"magic":"REMAP_FPATH"}' '{"orig_id":2,"remap_id":6,"remap_type":"LINKED"}' |
	json2img -o more/remap-fpath.img
printf x | dd of=more/pages-1.img bs=1 seek=40960 conv=notrunc status=none
vma 0x100000 0x300000 513 | dump long 7
pagemap long 7 1 0x100000:512:4
head -c 2097152 /dev/zero | tr '\0' x >long/pages-1.img
cp -r "$DATA/dumps/old-v2.0-m31" packets
edit packets/packetsk.img 'if .id then .ifindex = 1 | .ns_id = 77 else . end'
printf '%s\n' '{"magic":"NETDEV"}' '{"type":"LOOPBACK","ifindex":1,"mtu":1500,"flags":0,"name":"lo"}' |
	json2img -o packets/netdev-77.img

dumps >list
printf '%s\n' "$PWD/more" "$PWD/long" "$PWD/packets" "$DATA/compressed/2" >>list

# The keys in objects, one each line; those of lists of ours too, not of messages.
keys()
{
	jq -r "keys[], ((${1:-empty}) | .[]? | objects | keys[])" | sort -u
}

# over TOOL OPTION...: what it writes of each dump.
over()
{
	local tool=$1 dir
	shift
	while read -r dir; do
		"$tool" --json "$@" "$dir" 2>/dev/null
	done <list
	"$tool" --json "$@" more more 2>/dev/null
}

seen()
{
	case $1 in
	imgps) over imgps -aetscnlS | keys '.rlimits, .sigactions, .thread_core' ;;
	imgfds)
		over imgfds -fq | keys .peers
		grep '"message":"file_entry"' schema | jq -r .field
		;;
	imgmems)
		over imgmems --rss | keys
		grep '"message":"vma_entry"' schema | jq -r .field
		;;
	imgpages)
		for view in '' --summary '--grep=[A-Z]{4}' '--strings -n 12' "--diff=$DATA/dumps/memory"; do
			# shellcheck disable=SC2086 # an option or two
			over imgpages $view | keys
		done
		;;
	imginfo)
		over imginfo | keys
		over imginfo --summary | keys '.chain, [.dump, .restore], [.memory[]?], [.images[]?]'
		;;
	imgcheck) over imgcheck | keys ;;
	imgdiff)
		for b in "$DATA/dumps/memory" "$DATA/dumps/names"; do
			imgdiff --json more "$b" 2>/dev/null
		done | keys '.fields, [.pages]'
		;;
	esac
}

told()
{
	awk '/^\.S[hs] / { on = $2 == "JSON" }
		on && /^\.(It )?Cm / { sub(/^\.(It )?Cm /, ""); print }' "$SRC/cmd/$1.1" |
		tr ' ' '\n' | grep '[a-z]' | grep -v '^@base64$' | sort -u
}

img2json --schema >schema
for tool in imgps imgfds imgmems imgpages imginfo imgcheck imgdiff; do
	seen $tool | sort -u >written
	told $tool >manual
	sed "s/^/$tool writes what its manual does not have: /" < <(comm -23 written manual)
	sed "s/^/$tool does not write what its manual has: /" < <(comm -13 written manual)
	[ "$(wc -l <written)" -ge 6 ] || echo "$tool: only $(wc -l <written) keys"
done
