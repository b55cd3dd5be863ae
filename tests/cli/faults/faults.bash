# What the cases on faults share. shellcheck shell=bash

export SHIM=$BUILD/faults/shim.so

# A sanitizer has calls of its own, and a program without shared libraries loads no shim.
if [ -n "${SAN:-}" ]; then
	echo 'calls are not made to fail under sanitizers'
	exit 77
fi
if [ "$(FAULT=o:EIO:1:1:open LD_PRELOAD=$SHIM img2json / 2>&1)" != 'img2json: /: Input/output error' ]; then
	echo 'the shim is not loaded'
	exit 77
fi

# The dumps in which calls are to fail: a few, or with FAULTS=all each that has processes.
subjects()
{
	if [ "${FAULTS:-}" = all ]; then
		(cd "$DATA/dumps" && find . -name pstree.img ! -path '*.crit/*' ! -path '*.facts/*') |
			sed 's|^\./||; s|/pstree.img$||' | sort
	else
		printf '%s\n' "$@"
	fi
}

# Have each call of CLASSES in each command on standard input fail with ACTION: see
# tests/faults/faults.c. The commands run in a copy of the directory `before`.
faults()
{
	local command

	while read -r -a command; do
		"$BUILD/faults/faults" "$1" "$2" "$3" "${command[@]}"
	done
}

# The same for each view of the tools that read, on a dump that is copied to before/d.
explore()
{
	local classes=$1 action=$2 which=$3 subject pid twice sizes
	shift 3

	while read -r subject; do
		rm -rf before run
		mkdir before
		# With the dumps that it has pages in.
		cp -rT "$DATA/dumps/${subject%%/*}" before/d
		d=d${subject#"${subject%%/*}"}
		export SEEN=$PWD/seen
		pid=$(find "before/$d" -name 'mm-*.img' | sort | sed -n 's/.*mm-\(.*\)\.img/\1/p;q')
		# What is cut while it is read twice is another dump the second time.
		case $action in
		shrink | empty) twice='' sizes='' ;;
		*) twice="imgdiff $d $d" sizes="imginfo --summary $d" ;;
		esac
		faults "$classes" "$action" "$which" <<-END
			img2json $d
			img2json --human --tag $d
			imginfo $d
			${sizes:-imginfo $d}
			imgcheck --needs $d
			imgps -aetscnlS $d
			imgps --json -aetscnlS $d
			imgps --dot $d
			${twice:-imgps $d}
			imgfds $d
			imgfds --json $d
			imgps -o +args,exe,cwd,fds,netns $d
			imgsock $d
			imgsock --json $d
			imgmnt -o +content $d
			imgmnt --ns $d
			imgmnt --cgroup $d
			imgmnt --files $d
			imgmems --rss $d
			imgmems --rss --json $d
			imgpages $d
			imgpages --summary $d
			imgpages --grep [r]oot $d
			imgpages --strings $d
			imgpages -p $pid --hexdump --read [stack] $d
			imgpages -p $pid --read all --skip $d
			imgpages --diff $d $d
			imgcheck $d
		END
	done < <(subjects "$@")
}

# What json2img and img2json write from; `old` holds files that are written over.
make_texts()
{
	local d=$DATA/dumps/names

	mkdir -p before/old
	cp "$d"/pstree.img "$d"/core-8493.img "$d"/mm-8493.img before
	img2json --tag "$d"/{pstree,core-8493,fdinfo-2,files,pagemap-8493,ghost-file-1}.img >before/lines
	img2json --document "$d/files.img" >before/document
	img2json "$d/ghost-file-1.img" >before/payload
	head -c 100000 /dev/zero >before/pages-1.img
	img2json before/pages-1.img >before/raw
	for f in pstree files pagemap-8493 text; do
		echo old >"before/old/$f.img"
	done
}

# The same for what writes files.
write_files()
{
	local PATH=$BUILD/dropin:$PATH

	make_texts
	unset SEEN
	faults "$@" <<-END
		json2img -C new lines
		json2img -C old lines
		json2img document
		json2img -o new document
		json2img -o old/files.img payload
		json2img -o new raw
		img2json -o new pages-1.img
		img2json --tag -o old/text.img pstree.img core-8493.img mm-8493.img
		crit decode -i core-8493.img -o new
		crit encode -i document -o new
	END
}

# A zstd frame with one block that is not compressed: it takes no program.
as_zstd()
{
	local n
	n=$(stat -c %s "$1")
	printf '\x28\xb5\x2f\xfd\xa0' # the length of all follows, in 4 bytes
	le32 "$n"
	le32 $((n << 3 | 1)) | head -c 3 # the last block, as it is
	cat "$1"
}

# The same for archives of a dump: in its place, compressed by what is unpacked here and by what
# libarchive unpacks; with an image that is unpacked when it is asked for.
read_archives()
{
	local d=$DATA/dumps/names

	rm -rf before run
	mkdir -p before/d
	cp "$d"/{inventory,pstree,core-8493,mm-8493,pagemap-8493,pages-2}.img before/d
	tar -C before/d -cf before/d.tar .
	as_zstd before/d.tar >before/d.tar.zst
	truncate -s 1100000 before/d/pages-2.img
	tar -C before/d -czf before/large.tar.gz .
	rm -r before/d
	export SEEN=$PWD/seen
	faults "$@" <<-END
		imgps -e d.tar
		imgps -e d.tar.zst
		imgpages --summary d.tar.zst
		imgpages -p 8493 --hexdump --read [stack] large.tar.gz
		imgcheck large.tar.gz
	END
}

# The same for what makes directories: such a one is there whole, or not at all.
write_dumps()
{
	local d=$DATA/dumps/names

	rm -rf before run
	mkdir -p before/d
	cp "$d"/{inventory,pstree,core-8493,fs-8493,files}.img before/d
	echo log >before/d/dump.log
	ln -s ../chain/1/pstree.img before/d/other
	cp -r "$DATA/compressed" before/chain
	mkdir before/up
	cp "$d"/{inventory,pstree}.img before/up
	ln -s ../chain/1 before/up/parent
	echo "key 0123456789abcdef0123456789abcdef" >before/table
	tar -C before/d -cf before/d.tar inventory.img pstree.img files.img
	gzip -k before/d.tar
	as_zstd before/d.tar >before/d.tar.zst
	mkdir before/s
	cp "$d"/{inventory,pstree,mm-8493,pagemap-8493,pages-2,files}.img before/s
	export SEEN=$PWD/seen
	export WHOLE_DIRS=1
	faults "$@" <<-END
		imgmerge -o new chain/2
		imgedit --path /srv=/data --set core-8493.img:tc.comm=x -o new d
		imgedit --link=hard --path /srv=/data -o new d
		imgedit --link=symlink --path /srv=/data -o new d
		imgconv --to=3.17 -o new d
		imgserve --view=new --path /srv=/data d
		imgedit --path /srv=/data -o new d.tar
		img2core -p 7 -o new chain/2
	END
	# Nothing can be removed below a directory without memory.
	[ "$1" = m ] || faults "$@" <<<'imgmerge --dedup -o new chain/2'
	# Its warning of the table is not there where a reader has gone away.
	[ "$2" = EPIPE ] || faults "$@" <<<'imganon -t table -l d/dump.log -o new d'
	# What these read is their own, what they write is written as above.
	[[ $2 = EPIPE || $2 = kill* ]] || faults "$@" <<-END
		imgedit --set inventory.img:root_cg_set=1 -o new up
		imgedit --poke 8493:0x10000=hex:00 -o new s
		imgconv --to=3.17 -o new d.tar.gz
		imgconv --to=3.17 -o new d.tar.zst
		imgmerge -b chain/1 -o new chain/2
		imganon -z -t table up
	END
	unset WHOLE_DIRS
}

# The same for what a host is asked, for logs, and for what is given over a socket.
ask()
{
	local PATH=$BUILD/cli:$BUILD/dropin:$PATH d=$DATA/dumps/names

	rm -rf before run
	mkdir -p before/d before/root out
	cp "$d"/{inventory,pstree,core-8493,mm-8493,pagemap-8493,pages-2,fdinfo-2,files,fs-8493}.img before/d
	echo '(00.01) 2378: Error (criu/files.c:1221): Unable to open fd=1 id=0x9' >before/log
	imgcheck --facts --root=before/root >before/facts
	export SEEN=$PWD/seen
	faults "$@" <<-END
		imgserve --path /srv=/data d -- fakecriu -q restore d ../out inventory.img pagemap-8493.img pages-2.img files.img
		imgcheck --host=facts d
		imgcheck --log=log d
		imgps -o +args,exe,cwd d
		imgfds -o +name d
		crit x d ps
		crit x d fds
		crit x d mems
		crit x d rss
		crit show files.img
		crit info pages-2.img
	END
	ask_machine "$@"
}

# The same for what the machine says of itself, whose answers are compared as far as they can be.
# Its own pids are no pids of the dump, which are more than there can be.
ask_machine()
{
	local d=$DATA/dumps/names

	case $2 in EIO | ENOMEM) ;; *) return ;; esac
	img2json --tag "$d"/{inventory,pstree,core-8493,mm-8493,fdinfo-2,files,fs-8493}.img |
		sed 's/849[356]/838&/g' | json2img -C before/h
	LIVE=facts faults "$@" <<<'imgcheck --facts --root=root'
	LIVE=host faults "$@" <<<'imgcheck --strict --json --host --root=root h'
}
