# A rule without a match, a value that does not fit, a damaged image, --strict: status 1, one
# line a rule, and nothing written. OUT that exists, rules that can be right nowhere: 2.
. "$LIB"
dump=$DATA/dumps/socket-tcp-nft-nfconntrack_h
try() {
	echo "== $*" | sed "s|$DATA/||g" >&2
	imgedit "$@" >out
	echo "status $?: $(wc -l <out) lines; $(find . -maxdepth 1 -name "[!.]*" ! -name out -printf "%f\n" | sort | tr '\n' ' ')" >&2
	rm -rf new
}
{
try --port=80=81 --ip=10.0.0.1=10.0.0.2 --port=8880=81 --host=x -o new "$dump"
try -n --port=80=81 "$dump"
try --disconnect -o new "$dump"
try --set core-99.img:tc.comm=x -o new "$dump"
try --set 'files.img:entries[99].reg.pos=1' -o new "$dump"
imgedit --set 'files.img:entries[6].usk.name=/run/sock' -o socket "$DATA/dumps/names" >/dev/null
try --path=/run=/"$(printf '%0102d' 0)" -o new socket
try --path=/run=/"$(printf '%0103d' 0)" -o new socket
rm -r socket
try --unix=x=y --comm=socket-tcp-nfco=y -o new "$dump"
cp -r "$dump" damaged
truncate -s -1 damaged/files.img
try -o new damaged
rm -r damaged
cp -r "$dump" joined
try --strict --port=8880=1 --port=1=2 -o new joined
rm -r joined
mkdir there
try -o there "$dump"
try -o there/ "$dump"
try -o none/new "$dump"
rmdir there
try -o new none
try -o new
try "$dump"
try -o new a b
try --port=0=1 -o new "$dump"
try --ip=10.0.0.1=::1 -o new "$dump"
try --port=1=2 --port=1=3 -o new "$dump"
try --link=some -o new "$dump"
try --set=x=y -o new "$dump"
try --set=pages-1.img:x=y -o new "$dump"
try '--set=files.img:entries[0].reg.no=y' -o new "$dump"
try '--set=files.img:entries[0].reg.pos=-1' -o new "$dump"
try --clone= -o new "$dump"
try -l nothing "$dump"
try -l --port=1=2 "$dump"
printf '# comment\n\nport=8880=81\ncolour=x\n' >rules
try --rules=rules -o new "$dump"
printf 'port=8880' >rules
try --rules=rules -o new "$dump"
try --rules=none -o new "$dump"
} 2>&1 | sed "s|$DATA/||g; s/0000000*0/0.../g"
