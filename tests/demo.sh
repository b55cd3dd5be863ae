#!/bin/bash
# demo.sh BUILD_DIR - show the tools at work on real dumps. Run by `make demo`.
# shellcheck disable=SC2016 # commands are shown as typed, and run by eval
set -euo pipefail
unset CDPATH
export LC_ALL=C.UTF-8

build=$(cd "${1:?usage: demo.sh BUILD_DIR}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$here/data/dumps/bashpipe" "$work/pipe"
cp -r "$here/data/dumps/memory" "$work/memory"
cd "$work"
PATH=$build:$PATH

say()
{
	printf '\n%s\n\n' "$1"
}

# Show a command as it would be typed, then run it.
run()
{
	printf '$ %s\n' "$1"
	eval "$1"
}

echo 'pipe and memory are copies of real dumps: a shell pipeline that CRIU froze, and a'
echo 'process whose memory is known (tests/data/dumps/bashpipe and memory).'

say '1. What was frozen?'
run 'imgps pipe'

say '2. Who holds the other ends of the pipes of tee?'
run 'imgfds -t pipe -p 9995 pipe'

say '3. An image as JSON: a header, then a line for each entry.'
run 'img2json pipe/pstree.img'

say '4. An edit: the pipeline shall write to another file when it is restored.'
run $'img2json pipe/files.img | jq -c \'
    (.reg | select(.name == "/srv/appsrc/bashpipe.out").name) = "/tmp/moved.out"
  \' | json2img -o edited.img'

say '   That has changed, and nothing else:'
run 'diff <(img2json --pretty pipe/files.img) <(img2json --pretty edited.img) || true'

say '5. A whole directory through jq and back: the same, byte for byte.'
run 'img2json pipe | jq -c . | json2img -C copy && diff -r pipe copy &&
    echo "$(ls copy | wc -l) files, all the same"'

say '6. What the directory holds: the images of task 9982, and all of them.'
run "imginfo pipe | grep -E '^IMAGE|-9982|^total'"

say '7. Memory: how much of the heap is there, and where is this text?'
run "imgmems --rss -p 2375 memory | grep heap"
run 'imgpages --fixed --grep SWORDFISH -p 2375 memory'

say '8. Is the dump whole? And if an image were lost?'
run 'imgcheck memory'
run 'rm memory/fs-2378.img'
run 'imgcheck memory || true'
