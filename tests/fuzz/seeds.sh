#!/bin/bash
# Make the seeds of the fuzz targets: of the bundled data, and of the dump with a bit of
# everything that the mutations begin with.
#
#	tests/fuzz/seeds.sh BUILD_DIR OUT
set -eu
tests=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
export DATA=$tests/data PATH=$build:$PATH
# shellcheck source=tests/mutate/lib.sh
. "$tests/mutate/lib.sh"
# shellcheck source=tests/mutate/rich.sh
. "$tests/mutate/rich.sh"

for kind in image json dir tiny raw stream archive host; do
	rm -rf "${out:?}/$kind"
	mkdir "$out/$kind"
done
"$build/fuzz/seeds" "$DATA" "$out"

# Each after the number of its kind: f_raw.c has them in this order. The last one is a tar.
n=0
for kind in ifaddr- route- route6- rule- netns-ct- netns-exp- iptables- ip6tables- nftables- tmpfs-; do
	byte=$(printf '\\%03o' $n)
	n=$((n + 1))
	for f in "$DATA"/dumps/*/"$kind"*.img "$DATA/rules/$kind"*.txt; do
		[ -s "$f" ] || continue
		sum=$(sha1sum <"$f")
		# shellcheck disable=SC2059
		{ printf "$byte" && cat "$f"; } >"$out/raw/$kind${sum%% *}"
		[ $kind != tmpfs- ] || { printf '\012' && gzip -dc "$f"; } >"$out/raw/tar-${sum%% *}"
	done
done

# Requests, each with the byte that follows it, whole and cut; and faults.
request='\017\0\0\0\012\015inventory.img' empty='\2\0\0\0\012\0' slash='\3\0\0\0\012\1/'
n=0
for bytes in "$request\\0$request\\0$empty\\0$slash\\0" "$request" "$empty" '\1' '\377\377\377\377' \
	'\3\0\0\0\012' 'core-*:cut@100' 'a:flip@0x10' '*:late' 'x:absent'; do
	n=$((n + 1))
	# shellcheck disable=SC2059
	printf "$bytes" >"$out/stream/$n"
done

# What a machine has, what dumps need, in the words of both; and what criu writes into its log.
cp "$tests/fuzz/facts.jsonl" "$out/host/facts"
for dump in memory cgroup01_h socket-tcp-nft-nfconntrack_h autofs_ns; do
	imgcheck --needs "$DATA/dumps/$dump" >"$out/host/$dump"
	{ head -n 40 "$out/host/$dump" | sed 's/"need"/"fact"/' && head -n 20 "$out/host/$dump"; } >"$out/host/$dump-both"
done
sed -n 's/^say: /(00.041)   66: Error (criu\/files-reg.c:1): /p' "$tests/../libimg/log/messages.txt" |
	sed 's/{path}/\/a\/b/g; s/{[a-z]*}/7/g' | split -l 20 - "$out/host/log-"

work=$(mktemp -d "${TMPDIR:-/tmp}/imgtools-seeds.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
take memory
cd memory
rich_memory
"$build/fuzz/seeds" "$work/memory" "$out"

# Archives of small dumps, as an engine packs them, plain and compressed. A member takes 512 bytes.
cd "$work"
for dump in fifo_wronly_ns pidns-ext tun_ns_ns; do
	cp -r "$DATA/dumps/$dump" checkpoint
	find checkpoint -size +4k -delete
	tar --format=ustar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
		-cf "$out/archive/$dump.tar" checkpoint
	gzip -nc "$out/archive/$dump.tar" >"$out/archive/$dump.tar.gz"
	rm -r checkpoint
done
