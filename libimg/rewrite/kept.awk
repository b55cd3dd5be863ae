# The lists of words that stay in an anonymized dump, as a table in C.
BEGIN {
	print "#include \"libimg/rewrite/kept.h\"\n\nconst struct img_kept_word img_kept_words[] = {"
}
/^#/ || /^$/ { next }
{
	list = FILENAME
	sub(/.*\//, "", list)
	sub(/\.txt$/, "", list)
	if (/["\\]/)
		exit 1
	printf "\t{ \"%s\", IMG_KEPT_%s },\n", $0, toupper(list)
	n++
}
END {
	print "};\n\nconst size_t img_kept_n = " n ";"
}
