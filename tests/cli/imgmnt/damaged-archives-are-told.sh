# What comes before the damage is shown.
cp -r "$DATA/dumps/autofs_ns" d
chmod -R u+w d
for f in d/tmpfs-dev-*.img; do
	head -c 60 "$f" >short
	cp short "$f"
done
imgmnt -f d
echo "status $?"
img2json d/cgroup.img >/dev/null 2>&1 || head -c 12 "$DATA/dumps/cgroup01_h/cgroup.img" >d/cgroup.img
imgmnt -c d
