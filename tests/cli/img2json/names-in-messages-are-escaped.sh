# What a terminal would obey is shown as \xNN.
esc=$(printf '\033[1m')
c1=$(printf '\302\233')
printf 'no image' >"a${esc}b
c$(printf '\377')d${c1}é\\.img"
img2json ./* "nosuch$esc"
echo "status $?"
imginfo ./*
echo "status $?"
json2img ./*
json2img -C "nosuch$esc/dir" </dev/null
json2img -o "nosuch$esc/file" </dev/null
img2json -o "nosuch$esc/file" </dev/null
printf '{"magic":"P%s"}' '\u001b[1m' | json2img
printf '{"magic":"PSTREE"}{"a%s":1}' '\u001b[1m' | json2img -o x
printf '{"magic":"PSTREE","img":"a%sb"}{"magic":"PSTREE","img":"a%sb"}' '\u001b' '\u001b' | json2img --any-name -C .
imginfo --json "a$(printf '\033')b" | jq -r .name | od -c | head -n 1
imginfo "a$(printf '\033')b"
