. "$SRC/tests/cli/imgpages/dump.bash"
script --version >/dev/null 2>&1 || { echo 'no script(1) here'; exit 77; }
vma 0x10000 0x11000 513 | dump d 7
pagemap d 7 1 0x10000:1:4
printf 'bell\a esc\033[31m \303\244 \377 tab\tline\nend' >d/pages-1.img
truncate -s 4096 d/pages-1.img
for args in '-r 0x10000+36' '-g esc.*' '-t'; do
	TERM=dumb script -qec "imgpages $args d" /dev/null | tr -d '\r'
	echo
done
