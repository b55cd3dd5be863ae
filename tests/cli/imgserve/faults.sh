# --fault: images that are bad on purpose.
. "$SRC/tests/cli/serve.bash"
small_dump d
mkdir out sock
imgserve -s sock --fault='core-*:cut@100' --fault='mm-*:absent' --fault='inv*:flip@9' --fault='pst*:late' \
	--fault='pages-*:cut@4096' --fault='pages-*:flip@4095' d -- \
	fakecriu restore sock out inventory.img pstree.img core-8493.img mm-8493.img pagemap-8493.img pages-2.img
echo "status $?"
cmp d/pstree.img out/pstree.img
cmp -l d/inventory.img out/inventory.img
cmp -n 100 d/core-8493.img out/core-8493.img
cmp -l -n 4096 d/pages-2.img out/pages-2.img
