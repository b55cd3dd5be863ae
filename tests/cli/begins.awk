# Do the lines of an explorer begin as those of crit? Silent where all do.
#
#	awk -f begins.awk CRIT OURS
#
# Where crit gives no more than a type and an id (EVENTPOLL.7), or up (unknown path), ours
# must say more.
function crit_line(  line)
{
	return (getline line < crit) > 0 ? line : ""
}

BEGIN {
	crit = ARGV[1]
	ours = ARGV[2]
	while ((getline line < ours) > 0) {
		n++
		want = crit_line()
		# A name may hold a newline, which crit prints as it is.
		while (sub(/\\x0a/, "\n", line))
			want = want "\n" crit_line()
		whole = want
		if (match(want, /: [A-Z_]+\.[0-9]+$/))
			want = substr(want, 1, RSTART + 1)
		else if (i = index(want, "unknown path"))
			want = substr(want, 1, i - 1)
		if (index(line, want) != 1)
			print ours ":" n ": crit has '" whole "', this begins otherwise: '" line "'"
		else if (want != whole && index(line, whole) == 1)
			print ours ":" n ": no more than crit has: '" line "'"
	}
	if ((getline line < crit) > 0)
		print ours ": no line for '" line "'"
	exit
}
