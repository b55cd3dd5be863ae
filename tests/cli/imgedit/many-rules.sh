# Ten thousand rules from a file: each is used, or named.
. "$LIB"
for i in {1..10000}; do echo "path=/some/where/$i=/else/where/$i"; done >rules
sed -i '5000s|.*|path=/zdtm=/moved|' rules
imgedit -n --rules=rules "$DATA/dumps/pipe01_uns" 2>err | head -2
wc -l <err
head -1 err | sed "s|$DATA/||"
