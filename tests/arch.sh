#!/bin/bash
# Build for another architecture of Debian, and run the tests there.
#
#	tests/arch.sh s390x [TARGET|VARIABLE=...]...	(unit cli)
#
# Static programs in build-ARCH/, run by qemu-user where this machine cannot; i386 is what
# gcc -m32 makes. The libraries come from Debian into build-ARCH-root, so that nothing else
# of the system changes: no privileges, but the network (MIRROR) on the first run. Exits with
# 77 where a tool or the libraries are not to be had.
set -eu
unset CDPATH
cd "$(dirname "$0")/.."
arch=${1:?usage: tests/arch.sh ARCH [TARGET]...}
shift
[ $# != 0 ] || set -- unit cli

skip()
{
	echo "$0: skipped: $1"
	exit 77
}

# ---- compiler, emulator, packages of both ----

case $arch in
i386)
	gnu=i386-linux-gnu cc='gcc -m32' run=
	needs=lib32gcc-$(gcc -dumpversion)-dev
	have=$(gcc -m32 -print-file-name=libgcc_eh.a)
	;;
*)
	command -v dpkg-architecture >/dev/null || skip 'no dpkg-architecture: apt-get install dpkg-dev'
	gnu=$(dpkg-architecture -f -a "$arch" -q DEB_HOST_MULTIARCH)
	cc=$gnu-gcc
	run=$(command -v "qemu-${gnu%%-*}-static" "qemu-${gnu%%-*}" | head -n 1) || true
	needs="gcc-$gnu qemu-user-static"
	have=$(command -v "$cc") && [ -n "$run" ] || have=
	;;
esac
case $have in
/*) ;;
*) skip "no compiler for $arch or no emulator: apt-get install $needs" ;;
esac

# ---- libraries ----

# Without a directory in front, for make cannot have spaces in a name.
build=build-$arch root=build-$arch-root
if [ ! -e "$root/usr/lib/$gnu/liblzma.a" ]; then
	rm -rf "$root"
	# shellcheck source=/dev/null
	. /etc/os-release
	mmdebstrap --quiet --variant=extract --architectures="$arch" \
		--include=libc6-dev,libprotobuf-c-dev,libyajl-dev,libarchive-dev,liblz4-dev,libzstd-dev,liblzma-dev,libbz2-dev,zlib1g-dev,check \
		"$VERSION_CODENAME" "$root" "${MIRROR:-http://deb.debian.org/debian}" ||
		skip "mmdebstrap brings no libraries of $arch"
fi

# crt1.o has to come from where libc.a does: -B.
export PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_LIBDIR=$root/usr/lib/$gnu/pkgconfig
exec make --no-print-directory B="$build" HOSTCC=cc RUN="$run" LDFLAGS=-static \
	CC="$cc --sysroot=$root -B$root/usr/lib/$gnu" "$@"
