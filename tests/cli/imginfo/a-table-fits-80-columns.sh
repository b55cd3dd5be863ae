# A table of short names fits a terminal, and no line ends in blanks.
cd "$DATA/dumps/bashpipe" || exit
imginfo . | awk 'length > 80 || / $/'
