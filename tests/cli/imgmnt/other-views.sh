# Namespaces, cgroups, and what is in each tmpfs.
imgmnt --ns "$DATA/dumps/pipe01_uns"
imgmnt --ns --json "$DATA/dumps/pipe01_uns" | jq -c 'select(.type == "user")'
imgmnt --ns --external "$DATA/dumps/pidns-ext"
imgmnt --cgroup "$DATA/dumps/cgroup01_h"
imgmnt --cgroup --json "$DATA/dumps/cgroup01_h" | jq -c 'select(.controller == "cpuset") | .props |= .[:2]'
imgmnt --files -o +image,type,link "$DATA/dumps/autofs_ns"
# A directory of it that is mounted elsewhere is not where a tmpfs is.
cp -r "$DATA/dumps/autofs_ns" d
chmod -R u+w d
image=$(cd d && ls mountpoints-*.img)
img2json "$DATA/dumps/autofs_ns/$image" | jq -c 'if .mnt_id == 126 then .root_dev = 54 | .root = "/sub" else . end' |
	json2img >"d/$image"
imgmnt --files -o target,path d | head -n 2
