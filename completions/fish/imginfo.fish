# fish completion for imginfo, made by completions/gen.sh from its --help.

complete -c imginfo -f -a '(complete -C"__fish_command_without_completions "(commandline -ct) | string match -r "^(?:.*/)?(?:[^/]*\.img|stats-dump|stats-restore|irmap-cache|)\$")'
complete -c imginfo -s j -l json -d 'a JSON object for each image'
complete -c imginfo -s r -l raw -d 'take each FILE as raw data, whatever it is'
complete -c imginfo -s P -l progress -d 'tell on stderr how far it is'
complete -c imginfo -s h -l help -d 'print this help'
complete -c imginfo -s V -l version -d 'print the version, and that of the newest CRIU known'
