# A payload of 200 MB, a length of 1 GiB in a small file, and many entries go through 40 MB
# of address space.
. "$LIB"
[ -z "${SAN:-}" ] || { echo 'the sanitizers want their own address space'; exit 77; }
{ le32 0x54564319 0x52583605 6; printf '\10\0\20\0\30\0'; } >ghost-file-1.img
truncate -s 200000000 ghost-file-1.img
{ le32 0x54564319 0x51403912; } >fs-1.img
le32 4 >entry
printf '\10\1\20\2' >>entry
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do cat entry entry >twice && mv twice entry; done
cat entry >>fs-1.img
ulimit -v 40000
imginfo --json ghost-file-1.img fs-1.img
for form in '' --tag --document; do
	# shellcheck disable=SC2086
	img2json $form fs-1.img | json2img | cmp - fs-1.img
done
img2json ghost-file-1.img | json2img | cmp - ghost-file-1.img
img2json <ghost-file-1.img --no-payload | tail -n 1
img2json <"$DATA/bad/entry-below-the-limit-truncated.img" | wc -l
