# Branches of ASCII, or of box drawing characters where the locale has them; none for scripts.
imgps -o +ppid,state,threads,uid,nice,fds,cwd "$DATA/dumps/bashpipe"
LC_ALL=C.UTF-8 imgps -o comm,pid -p 9982 -p 9992 -p 26704 -p 9995 "$DATA/dumps/bashpipe" | sed 's/ *$//' >utf8
grep -q '└─' utf8 || locale -a 2>/dev/null | grep -qi '^c\.utf-\?8$' && cat utf8
imgps --raw --noheadings -o comm,pid "$DATA/dumps/bashpipe"
imgps --json -o pid,ignored,groups,seccomp,netns,comm -p 9992 "$DATA/dumps/bashpipe"
imgps -o exe,vsz "$DATA/dumps/names"
