# As ls(1) does it; in JSON each line carries its directory. Without one it is this one.
cd "$DATA/dumps" || exit
imgps memory nosuch bashpipe
echo "status $?"
imgps --json memory names
echo "status $?"
cd memory || exit
imgps
imgps --json -p 2378
