. "$LIB"
cp -r "$DATA/dumps/old-v1.0-k2m8-ns" dump
recipe recode
rm -r copy
recipe recode-framing
# The same content in the new framing.
diff <(img2json dump | sed 's/,"format":"1.0"}$/}/') <(img2json copy)
