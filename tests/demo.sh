#!/bin/bash
# demo.sh BUILD_DIR - show the tools at work on a real dump. Run by `make demo`.
# shellcheck disable=SC2016 # commands are shown as typed, and run by eval
set -euo pipefail
export LC_ALL=C.UTF-8

build=$(cd "${1:?usage: demo.sh BUILD_DIR}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$here/data/dumps/bashpipe" "$work/dump"
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

echo 'A shell pipeline, frozen by CRIU: dump is a copy of tests/data/dumps/bashpipe.'
echo
run 'cd dump'

say '1. An image as JSON: a header, then a line for each entry.'
run 'img2json pstree.img'

say '2. Through jq and back: nothing is lost.'
run 'img2json files.img | jq -c . | json2img | cmp - files.img &&
    echo "the same, octet for octet"'

say '3. An edit: the pipeline shall write to another file when it is restored.'
run $'img2json files.img | jq -c \'
    (.reg | select(.name == "/srv/appsrc/bashpipe.out").name) = "/tmp/moved.out"
  \' | json2img -o ../edited.img'

say '   That has changed, and nothing else:'
run 'diff <(img2json --pretty files.img) <(img2json --pretty ../edited.img) || true'
echo
run $'img2json ../edited.img | sed \'s|/tmp/moved.out|/srv/appsrc/bashpipe.out|\' |
    json2img | cmp - files.img && echo "and back again: the same"'

say '4. The process tree: pids from pstree.img, names from core-PID.img.'
run $'img2json --tag pstree.img core-*.img | jq -nr \'
    [inputs] | (map(select(.magic == "PSTREE").entry) | group_by(.ppid) |
      INDEX(.[0].ppid)) as $children
    | INDEX(.[] | select(.magic == "CORE"); .img[5:-4]) as $core
    | def name: "\\($core["\\(.pid)"].entry.tc.comm) \\(.pid)";
      def tree($pid; $left): ($children["\\($pid)"] // [])
        | (.[:-1][] | $left + "├─ " + name, tree(.pid; $left + "│  ")),
          (.[-1:][]  | $left + "└─ " + name, tree(.pid; $left + "   "));
      tree(0; "")\''

say '5. What the directory holds: the images of task 9982, and all of them.'
run "imginfo . | grep -E '^IMAGE|-9982|^total'"

say '6. The whole directory to JSON and back.'
run 'img2json . | json2img -C ../copy && diff -r . ../copy &&
    echo "$(ls ../copy | wc -l) files, all the same"'
