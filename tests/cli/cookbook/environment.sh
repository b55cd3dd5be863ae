. "$LIB"
cp -r "$DATA/dumps/old-v2.0-k2m4-ns" dump
recipe environment
recipe environment-json
