# Files of any date are read, where a program's own count of seconds has 32 bits too.
cp "$DATA"/dumps/memory/* . 2>/dev/null
touch -d 2040-01-01 ./*
imgcheck .
imgps . | wc -l
