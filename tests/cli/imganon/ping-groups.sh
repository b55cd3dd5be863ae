# net.ipv4.ping_group_range is a text, but of two groups: it stays what CRIU can read, and with --also=id
# its groups are others; one that names no group stays.
ranges()
{
	img2json "$1"/netns-10.img | jq -r '.ipv4_sysctl[]?.sarg | sub("\n"; "|")'
}
cp -r "$DATA/dumps/tun_ns_ns" dump
for groups in '100000\t200000\n' '1\t0\n'; do
	img2json dump/netns-10.img |
		jq -c "if .ipv4_sysctl then .ipv4_sysctl[0].sarg = \"$groups\" else . end" |
		json2img >new && mv new dump/netns-10.img
	rm -rf out also
	imganon -o out dump >/dev/null
	ranges out
	imganon --also=id -o also dump >/dev/null
	ranges also | sed '/100000\|200000/!s/[0-9]\{4,\}/N/g'
done
