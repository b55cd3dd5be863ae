# A line for each image in order of their names, the totals behind several; the same as
# JSON lines.
cd "$DATA/dumps/by-hand" || exit 1
imginfo ./*
imginfo --json ./*
imginfo ../memory/stats-dump
