. "$LIB"
command -v sqlite3 >/dev/null || { echo 'no sqlite3 here'; exit 77; }
cp -r "$DATA/dumps/bashpipe" dump
recipe sqlite
# Each entry is a row, and says what it said.
diff <(img2json --tag --no-payload dump | jq -cS '.entry // empty') \
	<(sqlite3 dump.db 'SELECT entry FROM entries ORDER BY rowid' | jq -cS .)
