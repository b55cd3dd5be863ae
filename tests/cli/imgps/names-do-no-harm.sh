# Bytes that a terminal would obey are shown in hex, in text and in the graph; JSON has
# them as they are.
imgps --args --state "$DATA/dumps/names"
imgps --json "$DATA/dumps/names"
(cd "$DATA/dumps" && imgps --dot names)

esc=$(printf '\033')
mkdir "${esc}[1mdir\"\\"
cp "$DATA/dumps/names"/{pstree,core-8493,core-8495,core-8496}.img "${esc}[1mdir\"\\"
rm "${esc}[1mdir\"\\/core-8495.img"
imgps "${esc}[1mdir\"\\" "${esc}[1mdir\"\\"
echo "status $?"
imgps --dot "${esc}[1mdir\"\\" 2>&1 | head -n 4 | cat -v
