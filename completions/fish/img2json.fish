# fish completion for img2json, made by completions/gen.sh from its --help.

complete -c img2json -f -a '(complete -C"__fish_command_without_completions "(commandline -ct) | string match -r "^(?:.*/)?(?:[^/]*\.img|stats-dump|stats-restore|irmap-cache|)\$")'
complete -c img2json -s o -l output -r -F -d 'write to FILE, which appears whole or not at all'
complete -c img2json -s d -l document -d 'one JSON document an image, as `crit decode` writes it'
complete -c img2json -s p -l pretty -d 'the same indented and in words, as `crit show` writes it'
complete -c img2json -s u -l human -d 'lines with the words of --pretty: hex, flags, addresses'
complete -c img2json -s t -l tag -d 'name the image in each line'
complete -c img2json -s n -l name -d 'name the image in its header, though it is the only one'
complete -c img2json -s N -l no-payload -d 'show the size of raw data in place of it'
complete -c img2json -s r -l raw -d 'take each FILE as raw data, whatever it is'
complete -c img2json -s P -l progress -d 'tell on stderr how far it is'
complete -c img2json -s h -l help -d 'print this help'
complete -c img2json -s V -l version -d 'print the version, and that of the newest CRIU known'
