# It would replace the first one, which nobody has seen.
. "$LIB"
one() { printf '{"magic":"FS","img":"%s"}\n{"cwd_id":%s,"root_id":2}\n' "$1" "$2"; }
{ one a 1; one b 1; one a 2; one c 1; } | status json2img -C dir
left dir
img2json dir/a
# Tagged lines that come back to an image which was closed.
for i in a b a; do printf '{"magic":"FS","img":"%s","entry":{"cwd_id":1,"root_id":2}}\n' $i; done | status json2img -C dir2
left dir2
# Lines of one image in a row are one image.
for i in 1 2; do printf '{"magic":"PSTREE","img":"a","entry":{"pid":%s,"ppid":0,"pgid":1,"sid":1}}\n' $i; done | json2img | img2json
# A change of type begins another image, which must have another name.
printf '{"magic":"PSTREE","img":"a"}{"magic":"FS","img":"a"}' | status json2img -C dir3
left dir3
