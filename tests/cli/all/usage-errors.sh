# Wrong usage: two lines on stderr, nothing on stdout, status 2.
bad()
{
	"$@" >out 2>err
	s=$?
	[ $s = 2 ] || echo "$*: status $s"
	[ ! -s out ] || echo "$*: something on stdout"
	[ "$(wc -l <err)" = 2 ] || echo "$*: $(wc -l <err) lines"
	head -n 1 err
	tail -n 1 err | grep -qx "Try '$1 --help' for more information." || tail -n 1 err
}

esc=$(printf '\033[1m')
for tool in img2json json2img imginfo; do
	bad "$tool" --nope
	bad "$tool" --nope=x
	bad "$tool" -Q
	bad "$tool" --help=x
	bad "$tool" --progress -Z
	bad "$tool" --progress=x
	bad "$tool" "--n${esc}ope"
done
bad img2json --p
bad img2json --output
bad img2json -o
bad img2json x --tag -to
bad img2json --document --pretty
bad img2json -dp
bad img2json --human --document
bad img2json -up
bad img2json --tag --document
bad img2json --pretty --tag
bad img2json --schema pstree.img
bad img2json --schema --human
bad img2json -sN
bad json2img a b
bad json2img a "b$esc"
bad json2img -o x -C y
bad json2img -C
bad json2img --directory
bad json2img -o x --directory y a
bad imginfo -o x
ls -A
