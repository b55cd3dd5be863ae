cd "$DATA/dumps" || exit
imgpages --summary memory-chain/3 | sed 's/, [0-9]* on disk/, N on disk/'
imgpages --summary -j -p 2378 memory | jq -c 'del(.disk)'
imgpages --summary -j ipc-multi | jq -c 'select(.pid == null) | del(.disk)'
