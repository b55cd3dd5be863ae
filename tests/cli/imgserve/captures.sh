# --capture: a dump goes to a directory or a tar stream, and is there once all of it is.
. "$SRC/tests/cli/serve.bash"
small_dump d
cp -r "$DATA/dumps/memory" m
mkdir sock
mapfile -t names < <(images d)
mapfile -t many < <(images m)
hook='CRTOOLS_SCRIPT_ACTION=post-dump CRTOOLS_IMAGE_DIR=. '"$SRC/examples/post-dump"

echo '-- the script asks'
imgserve --capture -s sock --log=log out -- fakecriu -w "$hook && ls .. | grep -x out" dump sock d "${names[@]}"
echo "status $?"
diff -r d out
jq -c 'select(.image | test("^p")) | del(.seconds)' log
ls sock
imgserve --capture -s sock all -- fakecriu -aqw "$hook" dump sock m "${many[@]}"
echo "status $?"
diff -r --exclude=stats-dump m all

echo '-- filters'
imgserve --capture -s sock filtered -f 'core-*=img2json | jq -c "if .tc then .tc.comm = \"x\" else . end" | json2img' \
	-f '*=cat' -- fakecriu -q dump sock d "${names[@]}"
echo "status $?"
diff -rq d filtered
img2json filtered/core-8493.img | jq -r '.tc.comm // empty'

echo '-- an archive'
imgserve --capture -s sock - -- fakecriu -w "$hook" dump sock d "${names[@]}" 2>lines >ck.tar
echo "status $?"
wc -l <lines
tar -tf ck.tar | tail -n 1
mkdir back && tar -C back -xf ck.tar && diff -r d back
mkdir got && imgserve -s sock - <ck.tar -- fakecriu -q restore sock got "${names[@]}" && diff -r d got
imgserve --capture -s sock - -- fakecriu -q dump sock d "${names[@]}" >/dev/full
echo "status $?"

echo '-- what fails is not kept'
try()
{
	imgserve --capture -s sock new "$@" >said 2>err
	echo "status $?"
	grep -v "commit.sock\|not kept" err
	[ ! -e new ] || echo 'new is there'
}
try -- fakecriu -qw 'exit 3' dump sock d "${names[@]}"
try -- fakecriu -qw "$hook" dump sock d core-8493.img pagemap-8493.img pages-2.img
try -- fakecriu -qw "$hook" dump sock d inventory.img pages-2.img
try -- fakecriu -qp 10 -w "$hook" dump sock d inventory.img
try -- fakecriu -qp 4096 -w "$hook" dump sock d inventory.img pagemap-8493.img pages-2.img
try -f 'core-*=exit 3' -- fakecriu -qw "$hook" dump sock d "${names[@]}"
try -f 'core-*=cat; kill -9 $$' -- fakecriu -qw "$hook" dump sock d "${names[@]}"
try -f 'core-*=echo x' -- fakecriu -qw "$hook" dump sock d "${names[@]}"
try -- fakecriu -qw "$hook" dump sock d inventory.img inventory.img
try -- fakecriu -q dump sock . d/inventory.img
try -- fakecriu -qc 2 dump sock d "${names[@]}"
imgserve --capture -s sock - -- fakecriu -qw "$hook" dump sock d core-8493.img pagemap-8493.img pages-2.img 2>err >part.tar
echo "status $?"
grep -v "not kept" err
tar -tf part.tar 2>/dev/null
# Without a command somebody has to ask.
imgserve --capture -s sock new 2>err &
until [ -S sock/imgserve-commit.sock ]; do sleep 0.01; done
stat -c '%a %n' sock/*
fakecriu -q dump sock d "${names[@]}"
wait $!
echo "status $?"
cat err
imgserve --commit -s sock
echo "status $?"
# A signal.
imgserve --capture -s sock new 2>err &
until [ -S sock/imgserve-commit.sock ]; do sleep 0.01; done
kill $!
wait $!
echo "status $?"
cat err

echo '-- usage'
imgserve --capture new
imgserve --capture -s sock
imgserve --capture -s sock d -- true
echo "status $?"
imgserve --capture -s sock --host=x new
imgserve --capture --commit -s sock new
imgserve --commit -s sock new
imgserve --commit
ls
ls sock
