# A filter that fails, dies or writes garbage: the connection ends, the message has the image.
# shellcheck disable=SC2016 # $DIR is for the filter
. "$SRC/tests/cli/serve.bash"
small_dump d
mkdir out sock
try()
{
	echo "-- $*"
	imgserve -s sock "$@" d -- fakecriu restore sock out inventory.img core-8493.img pagemap-8493.img pages-2.img 2>err
	echo "status $?"
	cat err
}
try -f 'core-*=exit 3'
try -f 'core-*=kill -9 $$'
try -f 'core-*=cat; false'
try -f 'core-*=cat; nosuchcommand 2>/dev/null'
try -f 'core-*=cat' -f 'core-*=cat; kill $$' -f 'core-*=cat'
try -f 'core-*=:'
try -f 'core-*=echo garbage'
try -f 'core-*=head -c 100'
try -f 'core-*=head -c 8'
try -f 'core-*=cat; printf x'
try -f 'core-*=cat "$DIR/pstree.img"'
try -f 'pages-*=head -c 4096'
try -f 'pages-*=head -c -1'
try -f 'pages-*=cat; printf x'
try -f 'pagemap-*=head -c 30'
# Of a pipeline the shell reports the last command only, unless it has pipefail.
try -f 'core-*=cat | false | cat "$DIR/core-8493.img"'
# Whoever ends first takes those before it along; they are not to blame.
try -f 'pages-*=yes' -f 'pages-*=exit 5'
try --fault=pages-*:cut@10 --fault=core-*:flip@9999999
