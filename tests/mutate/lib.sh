# shellcheck shell=bash
# What the mutations of dumps are made with.

# Change the entries of an image: the filter gets and gives the array of them.
#
#	edit IMAGE FILTER [JQ_OPTION]...
edit()
{
	local image=$1 filter=$2
	shift 2
	img2json "$image" | jq -c -s "$@" ".[:1] + (.[1:] | $filter) | .[]" | json2img -o "$image"
	[ "${PIPESTATUS[*]}" = '0 0 0' ]
}

# Change the only entry of an image.
one()
{
	local image=$1 filter=$2
	shift 2
	edit "$image" "[.[] | $filter]" "$@"
}

# Change the file of a type and id in files.img.
file()
{
	edit files.img "map(if .type == \"$1\" and .id == $2 then $3 else . end)"
}

# Make an image of a type out of a JSON array of entries.
make()
{
	jq -c -n "{magic: \"$2\"}, ($3)[]" | json2img -o "$1"
	[ "${PIPESTATUS[*]}" = '0 0' ]
}

# Cut an image to its first bytes, or with -N, cut off the last N. Others may share the file.
cut_to()
{
	head -c "$2" "$1" >cut.tmp && mv cut.tmp "$1"
}

# Add bytes (as of printf) to the end of an image.
append()
{
	{ cat "$1" && printf '%b' "$2"; } >append.tmp && mv append.tmp "$1"
}

# Put other bytes over those at an offset.
poke()
{
	cat "$1" >poke.tmp && printf '%b' "$3" | dd of=poke.tmp bs=1 seek="$2" conv=notrunc status=none &&
		mv poke.tmp "$1"
}

swap()
{
	mv "$1" swap.tmp && mv "$2" "$1" && mv swap.tmp "$2"
}

# Give the bundled dump pages that it lacks: dumps are kept without those that are large.
fill_pages()
{
	local map id size page

	for map in pagemap-*.img; do
		[ -e "$map" ] || continue # a dump without memory
		id=$(img2json "$map" | sed -n 2p | jq .pages_id)
		size=$(img2json "$map" | sed 1,2d | jq -s '
			[.[] | select((.flags // (if .in_parent then 1 else 4 end)) | . / 4 | floor % 2 == 1) |
				(.nr_pages // .compat_nr_pages)] | add // 0')
		page=pages-$id.img
		[ -e "$page" ] || [ "$size" = 0 ] || truncate -s $((size * 4096)) "$page"
	done
}

# Copy a bundled dump to the working directory, whole.
take()
{
	cp -r "$DATA/dumps/$1" . && chmod -R u+w "$1" && (cd "$1" && fill_pages)
}
