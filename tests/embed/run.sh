#!/bin/bash
# Install into an empty directory and build a program against what lies there, with nothing
# but what pkg-config says of it.
#
#	tests/embed/run.sh BUILD_DIR
#
# SAN, CC and MAKE are those of the build.

set -eu
unset CDPATH
src=$(cd "$(dirname "$0")/../.." && pwd)
build=${1:?usage: run.sh BUILD_DIR}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$src"

fail()
{
	echo "embed: $*" >&2
	exit 1
}

run_make()
{
	"${MAKE:-make}" --no-print-directory B="$build" SAN="${SAN:-}" DESTDIR="$work/root" PREFIX=/usr "$@"
}

run_make install >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "make install failed"; }

# The .pc file names the places of the final system; the sysroot is in front of them.
export PKG_CONFIG_SYSROOT_DIR=$work/root
export PKG_CONFIG_PATH=$work/root/usr/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
pkg=${PKG_CONFIG:-pkg-config}
# What it says is quoted for a shell.
cflags=() libs=()
eval "cflags=($($pkg --cflags libimg)) libs=($($pkg --libs libimg))"
san=()
[ -z "${SAN:-}" ] || san=("-fsanitize=$SAN")
# The compiler may be two words: ccache gcc, gcc -m32.
read -ra cc <<<"${CC:-cc}"

# From here on nothing of the source tree is in reach of the compiler.
cp tests/embed/*.c tests/embed/*.py "$work"
image=$src/tests/data/dumps/bashpipe/pstree.img
cd "$work"
"${cc[@]}" -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror "${san[@]}" "${cflags[@]}" -o embed embed.c "${libs[@]}"

./embed "$image" >out 2>err || fail "failed: $(cat err)"
cat >want <<'END'
{"pid":9982,"ppid":0,"pgid":9982,"sid":9982,"threads":[9982]}
7 entries of PSTREE
END
diff -u want out || fail "another output than expected"

if head -c 20 "$image" | ./embed >out 2>err; then fail "half an image was taken"; fi
echo "embed: offset 0x8: entry 0 truncated (need 14 bytes, have 8)" >want
diff -u want err || fail "another error than expected"

# The program in libimg(3), without extensions of the language or the C library.
sed -n '/^\/\* entries\.c/,/^}/{s/\\e/\\/g; p}' "$src/libimg/libimg.3" >entries.c
"${cc[@]}" -std=c11 -Wall -Wextra -Werror "${san[@]}" "${cflags[@]}" -o entries entries.c "${libs[@]}"
[ "$(./entries "$image" | head -n 2)" = "$(printf 'PSTREE\nentry 0: 14 bytes')" ] ||
	fail "the program in libimg(3) prints: $(./entries "$image" 2>&1)"

# ---- programs of others ----

dumps=$src/tests/data/dumps
compile()
{
	"${cc[@]}" -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror "${san[@]}" "${cflags[@]}" "$@" "${libs[@]}"
}

# The sockets of a dump, with their owners.
compile -o sockets sockets.c
./sockets "$dumps/socket-tcp-nft-nfconntrack_h" >out || fail "sockets fails"
cat >want <<'END'
tcp 127.0.0.1:8880 > 127.0.0.1:46786 ESTABLISHED 76:4
tcp 0.0.0.0:8880 > 0.0.0.0:0 LISTEN 76:6
tcp 127.0.0.1:46786 > 127.0.0.1:8880 ESTABLISHED 77:5
END
diff -u want out || fail "other sockets than expected"

# Memory by pid and address.
compile -o memory memory.c
./memory "$dumps/memory" 2375 0x7ffdf1feff5a 32 >out || fail "memory fails"
printf 'SWORDFISH-across-a-page-boundary' >want
cmp want out || fail "another memory than expected"
if ./memory "$dumps/memory" 2375 0 16 2>out; then fail "memory at address 0"; fi
echo 'memory: 16 bytes at 0x0 are not in the dump' >want
diff -u want out || fail "another error than expected"

# One field changed; without such a field images come back byte for byte.
compile -o edit edit.c
for f in "$dumps"/ipc-multi/{ipcns-*,pages-1}.img "$dumps"/bashpipe/{pipes-data,inventory}.img; do
	./edit "$f" copy.img name /no/such/path /x || fail "edit fails"
	cmp "$f" copy.img || fail "an image without a change is another one"
done
./edit "$dumps/bashpipe/files.img" files.img name /srv/appsrc/bashpipe.out /tmp/new.out || fail "edit fails"
root/usr/bin/img2json "$dumps/bashpipe/files.img" | sed 's|"/srv/appsrc/bashpipe.out"|"/tmp/new.out"|' >want
root/usr/bin/img2json files.img >out
diff -u want out || fail "another change than the one of the field"
if ./edit "$dumps/memory.facts" no.img a b c 2>out; then fail "a directory was edited"; fi
[ ! -e no.img ] || fail "edit left a file"

# A shared object, used from Python. A sanitizer has to be in the first program of a process.
if [ -n "${SAN:-}" ]; then
	echo "embed: the shared object is skipped: a sanitizer does not load with one"
else
	whole=()
	for l in "${libs[@]}"; do
		if [ "$l" = -limg ]; then
			whole+=('-Wl,--whole-archive' -limg '-Wl,--no-whole-archive')
		else
			whole+=("$l")
		fi
	done
	"${cc[@]}" -std=c11 -Wall -Wextra -Werror -fPIC -shared -Wl,-z,defs -Wl,-z,text "${cflags[@]}" \
		-o binding.so binding.c "${whole[@]}" || fail "libimg.a does not link into a shared object"
	nm -D --defined-only binding.so >symbols
	if grep -q ' img_pb_' symbols; then fail "a shared object exports what protoc has made"; fi
	if command -v python3 >/dev/null; then
		python3 binding.py ./binding.so "$image" >out || fail "binding.py fails"
		echo 'PSTREE 142 bytes: [9982, 9992, 26704, 9995, 10147, 10153, 10154]' >want
		diff -u want out || fail "binding.py prints something else"
		if head -c 20 "$image" >cut.img; python3 binding.py ./binding.so cut.img 2>out; then
			fail "half an image was taken"
		fi
		echo 'binding: cut.img: offset 0x8: entry 0 truncated (need 14 bytes, have 8)' >want
		diff -u want out || fail "another error than expected"
	else
		echo "embed: binding.py is skipped: no python3"
	fi
fi

# A program may have CRIU's messages of its own: the library's have other names, and so has all
# that it defines. Members of one name would be lost by `ar x`.
"${cc[@]}" -std=c11 -Wall -Wextra -Werror "${san[@]}" "${cflags[@]}" -o clash clash.c "${libs[@]}"
./clash "$image" >out || fail "a program with its own core_entry__descriptor fails"
echo 'the first entry: 14 bytes, pid 9982' >want
diff -u want out || fail "a program with its own descriptors gets another entry"
nm -g --defined-only root/usr/lib/libimg.a >symbols
# A sanitizer adds some of its own.
awk -v san="${SAN:-}" 'NF == 3 && $3 !~ /^img_/ && !(san != "" && $3 ~ /^__/) { print $3 }' symbols >left
[ ! -s left ] || fail "libimg.a defines $(head -n 3 left | xargs)"
left=$(ar t root/usr/lib/libimg.a | sort | uniq -d)
[ -z "$left" ] || fail "libimg.a has two members called $left"

# What is installed is what img.h brings in, and each header can be included alone.
echo '#include <libimg/img.h>' >one.c
"${cc[@]}" "${cflags[@]}" -M one.c | tr ' ' '\n' | sed 's|.*/libimg/||' >closure
while read -r header; do
	echo "#include <libimg/$header>" >one.c
	"${cc[@]}" -std=c11 -Wall -Wextra -Werror "${cflags[@]}" -fsyntax-only one.c ||
		fail "$header does not compile alone"
	grep -qx "$header" closure || fail "$header is installed, but not in img.h"
done < <(find root/usr/include/libimg -type f -printf '%P\n')

# Programs in C++: what is called must be found in the library.
if command -v "${CXX:-c++}" >/dev/null; then
	cat >plus.cc <<'END'
#include <libimg/img.h>

int main()
{
	return img_type_by_magic(IMG_COMMON) != nullptr || img_rule_find("nosuch") != -1;
}
END
	"${CXX:-c++}" -std=c++11 -Wall -Wextra -Werror "${san[@]}" "${cflags[@]}" -o plus plus.cc "${libs[@]}"
	./plus || fail "the program in C++ fails"
fi

[ "$($pkg --modversion libimg)" = "$(root/usr/bin/img2json --version | sed 's/.* \([0-9.]*\), .*/\1/')" ] ||
	fail "libimg.pc and the tools disagree on the version"

cd "$src"
run_make uninstall >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "make uninstall failed"; }
left=$(find "$work/root" ! -type d -o -path '*libimg*')
[ -z "$left" ] || fail "make uninstall leaves: $left"
echo "embed: programs build and run with the installed library"
