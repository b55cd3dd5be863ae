# Up to CRIU 3.3 each type of file had an image of its own: that is where an entry is missing.
cp -r "$DATA/dumps/old-v3.0-k2m1" d
edit()
{
	img2json "$DATA/dumps/old-v3.0-k2m1/$1" | jq -c "$2" | json2img >"d/$1"
}
edit fdinfo-2.img 'if .fd == 0 then .id = 999 else . end'
edit fs-30111.img 'if .cwd_id then .cwd_id = 998 else . end'
imgcheck d
