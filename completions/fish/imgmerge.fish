# fish completion for imgmerge, made by completions/gen.sh from its --help.

complete -c imgmerge -f -a '(__fish_complete_directories)'
complete -c imgmerge -s o -l output -x -a '(__fish_complete_directories)' -d 'make DIR, whole or not at all; it must not exist'
complete -c imgmerge -s b -l base -x -a '(__fish_complete_directories)' -d 'leave to the dump in DIR the pages that it has too'
complete -c imgmerge -l dedup -d 'make a chain without pages that newer ones replace'
complete -c imgmerge -s n -l dry-run -d 'write nothing, print how much there is to write'
complete -c imgmerge -s l -l list -d 'list who depends on whom, and what is superseded'
complete -c imgmerge -s j -l json -d 'with -n or --list: write JSON objects'
complete -c imgmerge -l beneath -d 'follow no link out of a directory'
complete -c imgmerge -l follow -d 'follow links to files of other names'
complete -c imgmerge -s h -l help -d 'print this help'
complete -c imgmerge -s V -l version -d 'print the version, and the newest CRIU version supported'
