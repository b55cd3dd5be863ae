# A command's status becomes that of imgserve, unless that has failed itself.
. "$SRC/tests/cli/serve.bash"
small_dump d
for command in true false 'exit 7' 'kill -9 $$' 'fakecriu -q restore d . inventory.img; exit 4' \
	'fakecriu -q restore d . inventory.img'; do
	imgserve d -- sh -c "$command"
	echo "status $?"
done 2>&1
imgserve d -- nosuchcommand
echo "status $?"
imgserve d --
echo "status $?"
imgserve d d -- true
imgserve -f nocommand d -- true
imgserve -f =x d -- true
imgserve --fault=x d -- true
imgserve --fault=x:cut d -- true
imgserve --fault=x:late@1 d -- true
imgserve --fault=x:flip@-1 d -- true
imgserve nosuch -- true
ls d
