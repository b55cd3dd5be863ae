# Mappings in an image of their own, as CRIU before 1.2 left them.
D=$DATA/dumps/old-v1.0-m0
imgmems "$D"
imgmems --json "$D" | jq -c 'select(.start)' | wc -l | tr -d ' '
cat "$D"/vmas-*.img | wc -c | tr -d ' '
for image in "$D"/vmas-*.img; do
	img2json "$image" | sed 1d
done | wc -l | tr -d ' '
