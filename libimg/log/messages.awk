# messages.txt as tables in C, or, with -v form=mdoc, as paragraphs of a manual page.
#
#	# section: HEADING         the paragraphs that follow are under it
#	[NAME]                     a failure
#	say: WORDING               as criu has it, {KIND} for what differs; any number of them
#	cause: TEXT
#	cure: TEXT
#
# A line that begins with a tab goes on with the text above it.
function quoted(s) {
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	return "\"" s "\""
}

# A backslash, a dot or quote at the beginning of a line mean something to mandoc.
function prose(s,    n, i, parts, line, out) {
	gsub(/\\/, "\\e", s)
	n = split(s, parts, /[.] /)
	for (i = 1; i <= n; i++) {
		line = parts[i] (i < n ? "." : "")
		out = out (line ~ /^[.']/ ? "\\\\&" : "") line "\n"
	}
	return out
}

# What differs in capitals.
function shown_wording(s,    out, at) {
	gsub(/\\/, "\\e", s)
	while ((at = match(s, /\{[a-z]+\}/)) > 0) {
		out = out substr(s, 1, at - 1) toupper(substr(s, at + 1, RLENGTH - 2))
		s = substr(s, at + RLENGTH)
	}
	out = out s
	gsub(/"/, "\\(dq", out)
	gsub(/`/, "\\(ga", out)
	return "\"" out "\""
}

function flush_row() {
	if (name == "")
		return
	if (cause == "" || cure == "" || !says) {
		print FILENAME ": " name ": incomplete" >"/dev/stderr"
		failed = 1
		exit 1
	}
	if (form == "mdoc") {
		printf ".It Cm %s\n%s%s.Pp\n", name, entry, prose(cause)
		printf "%s", prose(cure)
	} else {
		rows = rows sprintf("\t{ %s, %s, %s },\n", quoted(name), quoted(cause), quoted(cure))
	}
	n++
	name = ""
}

function add(s) {
	if (last == "cause")
		cause = cause (cause == "" ? "" : " ") s
	else
		cure = cure (cure == "" ? "" : " ") s
}

/^# section: / {
	flush_row()
	if (form == "mdoc") {
		if (open)
			print ".El"
		print ".Ss " substr($0, 12)
		print ".Bl -tag -width 4n"
		open = 1
	}
	next
}
/^#/ || /^$/ { next }
/^\[/ {
	flush_row()
	name = substr($0, 2, length($0) - 2)
	cause = cure = entry = ""
	says = 0
	next
}
/^say: / {
	text = substr($0, 6)
	if (form == "mdoc") {
		entry = entry ".Dl " shown_wording(text) "\n"
	} else {
		wordings = wordings sprintf("\t{ %s, %d },\n", quoted(text), n)
	}
	says++
	next
}
/^cause: / { last = "cause"; add(substr($0, 8)); next }
/^cure: / { last = "cure"; add(substr($0, 7)); next }
/^\t/ { add(substr($0, 2)); next }
{
	print FILENAME ":" FNR ": what is this?" >"/dev/stderr"
	failed = 1
	exit 1
}
END {
	if (failed)
		exit 1
	flush_row()
	if (form == "mdoc") {
		print ".El"
		exit 0
	}
	print "#include \"libimg/log/messages.h\"\n"
	printf "const struct img_failure img_failures[] = {\n%s};\n\n", rows
	printf "const size_t img_failures_n = %d;\n\n", n
	printf "const struct img_wording img_wordings[] = {\n%s};\n\n", wordings
	print "const size_t img_wordings_n = sizeof(img_wordings) / sizeof(img_wordings[0]);"
}
