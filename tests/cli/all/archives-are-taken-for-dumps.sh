# An archive of a dump stands for it: as container engines pack it, or as tar packs the directory;
# compressed or not; as a file whose name is no host's, and from a pipe. So does what an engine
# has unpacked. Each tool says the same of all of them.
. "$LIB"

pack()
{
	tar --force-local -cf "$1" -C "$2" .
	gzip -nc "$1" >"$1.gz"
	if command -v zstd >/dev/null; then zstd -qc "$1" >"$1.zst"; else cp "$1.gz" "$1.zst"; fi
	if command -v xz >/dev/null; then xz -c "$1" >"$1.xz"; else cp "$1.gz" "$1.xz"; fi
	if command -v bzip2 >/dev/null; then bzip2 -c "$1" >"$1.bz2"; else cp "$1.gz" "$1.bz2"; fi
}

# podman's, and Kubernetes': the kubelet names an archive by time, with colons.
mkdir engine
cp -r "$DATA/dumps/memory" engine/checkpoint && chmod -R u+w engine
mv engine/checkpoint/stats-dump engine/ 2>/dev/null
echo '{}' >engine/config.dump
echo '{}' >engine/spec.dump
k8s='checkpoint-pod_default-app-2026-11-30T01:02:03Z.tar'
pack "$k8s" engine
pack plain.tar engine/checkpoint
(cd engine/checkpoint && tar -cf ../../members.tar -- *)

# Where the files lie is said in their names, and what they take there.
say()
{
	"$@" 2>&1 | sed -E "s#(engine|[^[:space:]\"]*\.tar(\.[a-z0-9]+)?|<stdin>)(/checkpoint)?#DUMP#g
		s/  +/ /g; s/, [0-9]+ on disk//"
	echo "status ${PIPESTATUS[0]}"
}

say_words()
{
	local words

	read -r -a words <<<"$1"
	say "${words[@]}" "${@:2}"
}

tools=('imgps -aetcnlS' imgfds 'imgmems -r' 'imgpages -s' 'imgpages --json' imgcheck 'imgps --json'
	'imgpages -p 2375 --fixed --grep SWORDFISH' 'imginfo --json' 'img2json -N')
for tool in "${tools[@]}"; do
	say_words "$tool" engine >want
	[ "$(wc -l <want)" -gt 1 ] || { echo "$tool says nothing"; cat want; }
	for ck in engine/checkpoint "$k8s"{,.gz,.zst} plain.tar.gz; do
		say_words "$tool" "$ck" | cmp - want || echo "$tool $ck"
	done
	[[ $tool != img2json* ]] || continue
	for ck in "$k8s" plain.tar.gz; do
		say_words "$tool" - <"$ck" | cmp - want || echo "$tool <$ck"
		# shellcheck disable=SC2002 # from a pipe, as from ssh
		cat "$ck" | say_words "$tool" - | cmp - want || echo "$ck | $tool"
	done
done
for ck in "$k8s"{.xz,.bz2} plain.tar members.tar; do
	imgps -aet "$ck" | cmp - <(imgps -aet engine)
done
img2core -p 2375 engine >want.core
for ck in "$k8s"{,.gz,.zst} plain.tar; do
	img2core -p 2375 "$ck" | cmp - want.core
done
img2core -p 2375 - <"$k8s.gz" | cmp - want.core
imganon --json -o want.anon engine >want
for ck in "$k8s"{,.gz} plain.tar.gz; do
	imganon --json -o got.anon "$ck" | cmp - want
	(cd want.anon && ls) | diff - <(cd got.anon && ls)
	imgcheck got.anon 2>/dev/null
	rm -r got.anon
done
imgpages --diff="$k8s.gz" engine && echo same memory

# With a dump around it, `checkpoint` is a directory like others.
cp -r engine/checkpoint both
cp -r "$DATA/dumps/bashpipe" both/checkpoint
imgps both | cmp - <(imgps engine)
