# Each mount is shown once, whatever its parent is said to be.
cp -r "$DATA/dumps/pipe01_uns" d
chmod -R u+w d
image=$(cd d && ls mountpoints-*.img)
img2json "d/$image" | jq -c 'if .mnt_id then .parent_mnt_id = .mnt_id else . end' >self
img2json "d/$image" | jq -c --argjson ids "$(img2json "d/$image" | jq -s '[.[].mnt_id | select(.)]')" \
	'if .mnt_id then .mnt_id as $id | .parent_mnt_id = $ids[(($ids | index($id)) + 1) % ($ids | length)] else . end' >circle
for change in self circle; do
	json2img <$change >"d/$image"
	imgmnt -nr -o id d | sort | cmp - <(jq .mnt_id $change | grep -v null | sort) && imgmnt -n -o target d | head -n 3
done
head -c 300 "$DATA/dumps/pipe01_uns/$image" >"d/$image"
imgmnt -nr -o target d
