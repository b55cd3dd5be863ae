# Of a pre-dump there are pids and pages; of two of them too.
. "$LIB"
cd "$DATA/dumps/memory-chain" || exit
status imgdiff 1 2
status imgdiff 2 3
status imgdiff -p 2378 3 2
status imgdiff 3 3
