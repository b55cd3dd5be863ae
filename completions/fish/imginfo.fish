# fish completion for imginfo, made by completions/gen.sh from its --help.

complete -c imginfo -f -a '(complete -C"__fish_command_without_completions "(commandline -ct) | string match -r "^(?:.*/)?(?:[^/]*\.img|stats-dump|stats-restore|irmap-cache|)\$")'
complete -c imginfo -s j -l json -d 'write a JSON object for each image'
complete -c imginfo -s r -l raw -d 'treat each FILE as raw data'
complete -c imginfo -s s -l summary -d 'show the totals of each dump instead'
complete -c imginfo -s c -l container -d 'show what a container engine says of each dump'
complete -c imginfo -s H -l with-dir -d 'with -s and -c: name the dump, even if it is the only one'
complete -c imginfo -s P -l progress -d 'report progress on standard error'
complete -c imginfo -l files0-from -r -F -d 'take the operands from FILE, ended by NULs'
complete -c imginfo -l beneath -d 'follow no link out of a directory'
complete -c imginfo -l follow -d 'follow links to files of other names'
complete -c imginfo -s h -l help -d 'print this help'
complete -c imginfo -s V -l version -d 'print the version, and the newest CRIU version supported'
