# The core of a thread may be all there is of its process: no crash over what it is compared
# with.
pid=$(img2json "$DATA/dumps/memory/pstree.img" | jq -r 'select(.pid).pid' | sed q)
cp -r "$DATA/dumps/memory" d
img2json d/pstree.img | jq -c "if .pid == $pid then .threads += [99] else . end" | json2img -o d/pstree.img
mv "d/core-$pid.img" d/core-99.img
rm d/core-2*.img
imgcheck d | grep -e 'core-99' -e 'errors'
echo "status ${PIPESTATUS[0]}"
