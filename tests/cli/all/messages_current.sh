# The table in criu-imgtools-restore(7) is what libimg/log/messages.txt has.
out=$PWD
cd "$SRC" || exit 1
tests/messages.sh "$out/page"
diff cmd/criu-imgtools-restore.7 "$out/page"
