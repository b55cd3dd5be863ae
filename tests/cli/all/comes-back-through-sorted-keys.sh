# jq -S puts extra before the fields that say its length, and img before magic.
. "$LIB"
all_come_back 'jq -S -c .'
