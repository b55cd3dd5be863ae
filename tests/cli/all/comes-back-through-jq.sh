# jq 1.6 reads numbers as doubles: nothing may be lost in it.
. "$LIB"
all_come_back 'jq -c .'
