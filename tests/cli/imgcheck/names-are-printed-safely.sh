# Names of directories and of files, and paths inside of images, come from strangers.
dir=$(printf 'a dump\033[31m\n2')
cp -r "$DATA/dumps/memory" "$dir" && cd "$dir" || exit
{ img2json files.img; echo '{"type":"REG","id":99,"reg":{"id":99,"flags":0,"pos":0,"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0},"name":"/tmp/\u001b[31m\u0007"}}'; } | json2img -o files.img
printf 'x' >"$(printf 'core-1\033]0;title\a.img')"
printf 'x' >"$(printf 'core-9\033[2J.img')"
cd ..
imgcheck "$dir" | cat -v
imgcheck --json "$dir" | jq -r .dir | cat -v | sort -u
