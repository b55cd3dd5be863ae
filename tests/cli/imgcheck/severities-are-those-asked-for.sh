# -A, -W and -E change what a rule is worth; the last one counts.
cp -r "$DATA/dumps/memory" dump && cd dump && rm seccomp.img || exit
img2json fs-2378.img | jq -c 'if .cwd_id then .cwd_id = 999 else . end' | json2img -o fs-2378.img
cd ..
try() { imgcheck "$@" dump; echo "$*: status $?"; }
try
try -E image-expected
try -A task-file
try -A task-file --strict
try -W task-file
try -W task-file --strict
try -A task-file -W image-expected -E task-file
try -A task-file,image-expected --strict
try -A no-such-rule
try -W task-file,
imgcheck -W task-file --rules | grep '^task-file'
