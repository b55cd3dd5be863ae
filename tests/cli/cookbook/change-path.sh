. "$LIB"
cp -r "$DATA/dumps/memory" dump
recipe find-path
recipe change-path
# Only paths at and below it, and only whole components.
diff <(img2json dump/files.img | jq -r '.reg.name | strings' |
	sed 's|^/srv/demo$|/data|; s|^/srv/demo/|/data/|') \
	<(img2json new/files.img | jq -r '.reg.name | strings')
diff -rq dump new || true
