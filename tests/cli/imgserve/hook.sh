# The scripts of the manual, as they are installed; criu starts the server by one of them.
. "$SRC/tests/cli/serve.bash"
for script in pre-stream post-dump; do
	awk -v want="$script" '/^\.\\" script: / { armed = $3 == want; next }
		armed && /^\.Bd/ { inside = 1; next } /^\.Ed/ { armed = inside = 0 }
		inside { gsub(/\\e/, "\\"); print }' "$SRC/cmd/imgserve.1" | diff - "$SRC/examples/$script"
done
small_dump d
printf '%s\n' --set 'core-8493.img:tc.comm=by hook' --log log >d/imgserve.args
mkdir out
exec 9<d
export CRTOOLS_IMAGE_DIR=/proc/$$/fd/9
CRTOOLS_SCRIPT_ACTION=post-dump "$SRC/examples/pre-stream"
echo "status $?"
CRTOOLS_SCRIPT_ACTION=pre-stream "$SRC/examples/pre-stream"
echo "status $?"
fakecriu restore d out inventory.img core-8493.img
img2json out/core-8493.img | jq -r '.tc.comm // empty'
until [ "$(wc -l <d/log)" = 2 ]; do sleep 0.01; done
# A server that ends at once is a failure of the hook.
echo --path=/nosuch=/x >d/imgserve.args
CRTOOLS_SCRIPT_ACTION=pre-stream "$SRC/examples/pre-stream"
echo "status $?"
cat d/imgserve.log
