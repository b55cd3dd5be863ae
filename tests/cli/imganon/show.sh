# --dry-run makes nothing; --show lists old and new, but never into a file.
command -v script >/dev/null || { echo 'no script(1) here for a terminal'; exit 77; }
cp -r "$DATA/dumps/bashpipe" dump
mkdir tmp
export TMPDIR=$PWD/tmp
imganon -n -t table dump | head -n 2
imganon -n --show dump
imganon --show -o out dump
script -qec 'imganon -n --show dump' /dev/null </dev/null | tr -d '\r' | sed -n 's/^bash -> [a-z0-9]*$/shown/p'
ls -A . tmp
