# What the cases of imgserve share. shellcheck shell=bash

[ -x "$BUILD/cli/fakecriu" ] || { echo "no fakecriu in the build directory: make cli builds it"; exit 77; }
export PATH=$BUILD/cli:$PATH

# The images in a directory in an order that criu could ask for them: a pagemap goes before its
# pages.
images()
{
	(cd "$1" && find . -name '*.img' -printf '%P\n' | LC_ALL=C sort)
}

# A dump of one process: small, with all kinds that matter.
small_dump()
{
	mkdir -p "$1"
	cp "$DATA"/dumps/names/{inventory,pstree,core-8493,mm-8493,pagemap-8493,pages-2}.img "$1"
}
