# What is damaged on the disk is not given to criu, with filters or without.
. "$SRC/tests/cli/serve.bash"
mkdir out sock
try()
{
	imgserve -s sock d -- fakecriu restore sock out inventory.img pagemap-8493.img pages-2.img 2>err
	echo "status $?"
	cat err
	rm -rf d
}
small_dump d
truncate -s -1 d/pages-2.img
try
small_dump d
head -c -5 d/core-8493.img >core && mv core d/core-8493.img
try
