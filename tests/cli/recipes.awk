# Print a block of criu-imgtools.7 or README.md as its reader sees it.
#
#	awk -v want='recipe: NAME' -f recipes.awk FILE
#	awk -v want=recipe: -f recipes.awk FILE		the names of all recipes
#
# The block is the literal one that follows a comment, .\" recipe: NAME in the page and
# <!-- recipe: NAME --> in README.md.
/^\.\\" [a-z]+: / || /^<!-- [a-z]+: .* -->$/ {
	if ($2 == want)
		print $3
	armed = $2 " " $3 == want
	inside = 0
	next
}

/^\.Bd -literal/ {
	inside = armed
	armed = 0
	next
}

/^\.Ed/ {
	inside = 0
}

armed && /^    / {
	inside = markdown = 1
	armed = 0
}

inside && markdown && !/^    / {
	inside = 0
}

inside {
	if (markdown)
		sub(/^    /, "")
	sub(/^\\&/, "")
	gsub(/\\e/, "\\")
	print
}
