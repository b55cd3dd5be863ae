. "$LIB"
all_come_back 'jq -S -c .' --human
