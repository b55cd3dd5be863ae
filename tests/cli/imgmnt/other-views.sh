# Namespaces, cgroups, and what is in each tmpfs.
imgmnt --ns "$DATA/dumps/pipe01_uns"
imgmnt --ns --json "$DATA/dumps/pipe01_uns" | jq -c 'select(.type == "user")'
imgmnt --ns --external "$DATA/dumps/pidns-ext"
imgmnt --cgroup "$DATA/dumps/cgroup01_h"
imgmnt --cgroup --json "$DATA/dumps/cgroup01_h" | jq -c 'select(.controller == "cpuset") | .props |= .[:2]'
imgmnt --files -o +image,type,link "$DATA/dumps/autofs_ns"
