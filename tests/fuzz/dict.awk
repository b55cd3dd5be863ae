# The schema, tests/data/schema/*.tsv, as a dictionary for libFuzzer: magics as the bytes
# that an image begins with, or, with -v json=1, the names that JSON has.
BEGIN { FS = "\t" }
FNR == 1 { file = FILENAME; sub(/.*\//, "", file) }
/^#/ { next }
file == "magics.tsv" && json { print "\"\\\"" $1 "\\\"\"" }
file == "magics.tsv" && !json && length($2) == 10 {
	printf "\"\\x%s\\x%s\\x%s\\x%s\"\n", substr($2, 9, 2), substr($2, 7, 2),
		substr($2, 5, 2), substr($2, 3, 2)
}
file == "schema.tsv" && json && !seen[$4]++ { print "\"\\\"" $4 "\\\":\"" }
file == "schema-enums.tsv" && json && !seen[$3]++ { print "\"\\\"" $3 "\\\"\"" }
