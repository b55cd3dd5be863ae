. "$LIB"
cp -r "$DATA/dumps/old-v2.0-k2m4-ns" dump
recipe rename-host
diff -rq dump new || true
