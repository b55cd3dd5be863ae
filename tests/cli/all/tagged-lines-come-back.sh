. "$LIB"
all_come_back cat --tag
