# Dumps of older releases, some of whose images no other test anonymizes: a copy, which is sound
# where they are, with images of the same names.
for dump in "$DATA"/dumps/old-v1.0-* "$DATA"/dumps/old-v1.3-* "$DATA"/dumps/old-v2.0-k2m[24]*; do
	case $dump in *.crit) continue ;; esac
	imganon -o new "$dump" >/dev/null 2>err
	echo "$(basename "$dump"): status $?, $(wc -l <err) lines on stderr"
	diff <(cd "$dump" && echo ./*.img) <(cd new && echo ./*.img)
	rm -rf new
done
# Pages as CRIU wrote them before 1.0, with their addresses.
d=$DATA/dumps/names
cp -r "$d" d
{ printf '\x25\x40\x08\x56'; printf '\0\0\x40\0\0\0\0\0'; head -c 4096 /dev/zero | tr '\0' s; } >d/pages-8493.img
imganon -o new d >/dev/null 2>err
echo "status $?"
[ ! -e new/pages-8493.img ] || od -An -c new/pages-8493.img | head -n 3
grep -c ssss new/*.img | grep -v ':0'
