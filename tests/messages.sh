#!/bin/sh
# Write the table of messages anew into criu-imgtools-restore(7), or, with an argument, to that file
# instead. Run in the source tree.
set -eu
page=cmd/criu-imgtools-restore.7
to=${1:-$page}
{
	sed '/^\.Ss Files$/,$d' $page
	awk -v form=mdoc -f libimg/log/messages.awk libimg/log/messages.txt
	sed -n '/^\.Sh SEE ALSO$/,$p' $page
} >"$to.tmp"
mv "$to.tmp" "$to"
