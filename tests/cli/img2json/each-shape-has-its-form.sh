# The JSON of each shape of payload, of padding, of unknown fields and of raw data.
cd "$DATA/dumps/by-hand" || exit 1
img2json ./*
