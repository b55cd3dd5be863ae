. "$LIB"
all_come_back 'jq -c .' --tag --human
