# Every way to call it, and what a wrong one says.
. "$LIB"
PATH=$BUILD/dropin:$PATH
cp "$DATA/dumps/memory/pstree.img" p.img
crit decode -i p.img >a
for call in 'decode -ip.img' 'decode --in p.img' 'decode --in=p.img' 'decode --i p.img' 'decode --input p.img' 'decode <p.img' \
	'decode -i /dev/stdin <p.img' 'decode -i - <p.img' 'decode -- -i p.img'; do
	eval "crit $call" 2>err | cmp -s - a && echo "same: $call" || head -n 1 err
done
crit decode -o b < <(cat p.img) && printf '\n' >>b && cmp a b
crit decode --pretty <p.img >c
crit show p.img | cmp - c
crit show p.img --nopl | cmp - c
crit encode <a | cmp - p.img
crit decode -i "" -o "" <p.img | cmp - a
tar -cf t.tar p.img --transform s/p.img/pstree.img/
crit x - ps <t.tar 2>err | head -n 1
crit encode -i c -o d && cmp d p.img
crit info p.img
crit --version
crit --v
crit -h | head -n 1
crit --he | head -n 1
crit decode --help | head -n 1
for call in '' nope -- --versions --w 'decode p.img' 'info' 'info p.img p.img' 'show' 'show p.img p.img' 'encode --pretty' 'decode --nopl' 'x .' 'x . nope' \
	'decode -i' 'decode --bad' 'show missing.img' 'x nowhere ps'; do
	# shellcheck disable=SC2086
	status crit $call </dev/null
done
# One image, not the first of several.
cat a a | status crit encode -o two
[ ! -e two ]
