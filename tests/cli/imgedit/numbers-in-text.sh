# Pids and groups that are not fields: in paths of /proc, in queued signals, in the range of groups
# that may ping; and a range of a user namespace that a rule covers in part.
. "$LIB"
cp -r "$DATA/dumps/names" d
proc() { printf '{"type":"REG","id":%d,"reg":{"id":%d,"flags":0,"pos":0,"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0},"name":"%s"}}\n' "$1" "$1" "$2"; }
{
	img2json d/files.img
	proc 901 /proc/8493/status
	proc 902 /proc/84931/status
	proc 903 '/proc/8493'
	proc 904 /proc/self/status
} | json2img -o files && mv files d/files.img
# A signal of kill(2), one of the kernel's, one that is cut.
info() { head -c 128 <(printf '\x0a\0\0\0\0\0\0\0%b\0\0\0\0\x2d\x21\0\0\xe8\x03\0\0' "$1"; head -c 128 /dev/zero) | base64 -w0; }
img2json d/core-8493.img | jq -c --arg user "$(info '\0\0\0\0')" --arg kernel "$(info '\x80\0\0\0')" \
	'if .tc then .tc.signals_s = {signals: [{siginfo: $user}, {siginfo: $kernel}, {siginfo: "CgAAAA=="}]} else . end' |
	json2img -o core && mv core d/core-8493.img
status imgedit --pid 8493=77 -o new d | grep 'files.img\|siginfo' | head -n 8
img2json new/core-77.img | jq -r '.tc.signals_s.signals[]?.siginfo' | while read -r s; do base64 -d <<<"$s" | od -An -tx1 -w24 | head -n 1; done

img2json "$DATA/dumps/pipe01_uns/"netns-*.img | head -n 2 >netns
cp -r "$DATA/dumps/pipe01_uns" u
image=$(basename u/netns-*.img)
for range in '100\t200\n' '200\t100' '100\t900' 'none'; do
	jq -c --arg range "$(printf %b "$range")" 'if .magic then . else .ipv4_sysctl = [{type: "CTL_STR", sarg: $range}] end' netns |
		json2img -o "u/$image"
	status imgedit -n --gid 100:1100:500 u 2>&1 | grep 'status\|sysctl'
done
status imgedit -n --userns 0:100000:1 u 2>&1 | tail -n 2
status imgedit -n --userns "$(img2json u/userns-*.img | jq -r '.uid_map[]?.lower_first' | head -n 1):5000:1" u
