# fish completion for json2img, made by completions/gen.sh from its --help.

complete -c json2img -s o -l output -r -F -d 'write to FILE, which appears whole or not at all'
complete -c json2img -s C -l directory -x -a '(__fish_complete_directories)' -d 'write each image under its name in DIR, made if absent'
complete -c json2img -s P -l progress -d 'tell on stderr how far it is'
complete -c json2img -s h -l help -d 'print this help'
complete -c json2img -s V -l version -d 'print the version, and that of the newest CRIU known'
