# fish completion for json2img, made by completions/gen.sh from its --help.

complete -c json2img -s o -l output -r -F -d 'write to FILE, which appears whole or not at all'
complete -c json2img -s C -l directory -x -a '(__fish_complete_directories)' -d 'write each image under its name in DIR, created if absent'
complete -c json2img -l any-name -d 'with -C: allow names that no image has'
complete -c json2img -s P -l progress -d 'report progress on standard error'
complete -c json2img -s h -l help -d 'print this help'
complete -c json2img -s V -l version -d 'print the version, and the newest CRIU version supported'
