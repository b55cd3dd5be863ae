# The recipes of criu-imgtools(7) are those that cases run; README.md has some of them, word
# by word; and who copies from the rendered page gets what was run.
. "$LIB"
page=$SRC/cmd/criu-imgtools.7
block recipe: | sort >names
[ "$(wc -l <names)" -ge 15 ] || echo "only $(wc -l <names) recipes"
grep -h '^	*recipe ' "$SRC"/tests/cli/cookbook/*.sh | awk '{ print $2 }' | sort -u | diff names -
block gives: | grep -vxFf names | sed 's/^/gives without a recipe: /'

block recipe: "$SRC/README.md" >in-readme
[ "$(wc -l <in-readme)" -ge 1 ] || echo "only $(wc -l <in-readme) recipes in README.md"
while read -r name; do
	diff --label 'the page' --label README.md <(block "recipe: $name") \
		<(block "recipe: $name" "$SRC/README.md")
done <in-readme

# as_shown PROGRAM: does the page on its standard input hold each recipe? The margin may differ.
as_shown()
{
	sed 's/.\x08//g; s/^ *//' >shown
	while read -r name; do
		awk 'NR == FNR { want = want $0 "\n"; next } { page = page $0 "\n" }
			END { exit !index(page, want) }' <(block "recipe: $name" | sed 's/^ *//') shown ||
			echo "$1 shows $name otherwise"
	done <names
}
for program in 'mandoc -T utf8' 'groff -m mdoc -T utf8 -P -c'; do
	command -v "${program%% *}" >/dev/null || continue
	$program "$page" 2>/dev/null | as_shown "$program"
done
