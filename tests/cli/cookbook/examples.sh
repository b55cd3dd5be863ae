# The EXAMPLES of the manual pages do something: what they begin with, and their status.
mkdir bin examples rootfs
export PATH=$PWD/bin:$BUILD/dropin:$PATH
for program in dot gdb mount rsync runc; do printf '#!/bin/sh\ncat\n' >bin/$program; done
# shellcheck disable=SC2016 # they are scripts
printf '#!/bin/sh\nsed -i "s/\\"vm\\"/\\"db2\\"/" "$1"\n' >bin/vi
cat >bin/criu <<'END'
#!/bin/sh
# A restore asks for some images, a dump has some.
for word; do
	[ "$before" != -D ] || dir=$word
	before=$word
done
case " $* " in *' --stream '*) ;; *) exit 0 ;; esac
mkdir -p got
[ "$1" != dump ] ||
	exec "$BUILD/cli/fakecriu" dump "$dir" dump inventory.img core-2375.img seccomp.img
exec "$BUILD/cli/fakecriu" restore "$dir" got inventory.img core-2375.img seccomp.img
END
printf '#!/bin/sh\nshift\nexec "%s" "$@"\n' "$(command -v checkpointctl-img || echo "$SRC/cmd/checkpointctl-img")" >bin/checkpointctl
chmod +x bin/*

for page in "$SRC"/cmd/*.1; do
	awk -v name="examples/$(basename "$page" .1)" '
		/^\.Sh/ { ours = $2 == "EXAMPLES" }
		/^\.Ed/ { inside = 0 }
		inside { gsub(/\\e/, "\\"); print >file }
		ours && /^\.Bd -literal/ { inside = 1; file = sprintf("%s-%02d", name, ++n) }' "$page"
done
[ "$(find examples -type f | wc -l)" -ge 30 ] || ls examples

for example in examples/*; do
	find . -mindepth 1 -maxdepth 1 ! -name bin ! -name examples ! -name rootfs -exec rm -rf {} +
	case $example in
	*/json2img-* | */imgserve-04) cp -r "$DATA/dumps/tun_ns_ns" dump ;;
	*/imgfds-02 | */imgfds-05 | */imgsock-*) cp -r "$DATA/dumps/socket-tcp-nft-nfconntrack_h" dump ;;
	*/imgfds-*) cp -r "$DATA/dumps/names" dump ;;
	*/imgmnt-04) cp -r "$DATA/dumps/cgroup01_h" dump ;;
	*/imgmnt-*) cp -r "$DATA/dumps/autofs_ns" dump ;;
	*) cp -r "$DATA/dumps/memory" dump ;;
	esac
	cp -r dump new
	case $example in */imganon-0[56]) cp -r dump copy ;; esac
	mv dump checkpoint
	tar -czf ck.tar.gz checkpoint
	mv checkpoint dump
	echo '(00.1)   2378: Error (criu/files.c:1): Unable to open fd=1 id=0x7' >restore.log
	case $example in
	*/imganon-02) cp restore.log dump ;;
	*/imganon-04) tar -cf dump.tar dump && rm -r dump ;;
	esac
	echo "-- ${example#*/}"
	bash -o pipefail "$example" >out 2>&1
	status=$?
	head -n 3 out | sed "s#$PWD#HERE#g" | cut -c 1-100
	[ $status = 0 ] || echo "status $status"
done
