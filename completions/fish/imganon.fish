# fish completion for imganon, made by completions/gen.sh from its --help.

complete -c imganon -f -a '(__fish_complete_directories)'
complete -c imganon -s o -l output -x -a '(__fish_complete_directories)' -d 'make DIR, whole or not at all; it must not exist'
complete -c imganon -s t -l table -r -F -d 'what stands for what: read, then written'
complete -c imganon -s k -l keep -x -d 'leave these classes as they are, or all'
complete -c imganon -s a -l also -x -d 'change these too: port, id, time, count'
complete -c imganon -s w -l words -r -F -d 'keep the words in FILE, one a line'
complete -c imganon -s j -l json -d 'report as JSON objects'
complete -c imganon -l beneath -d 'follow no link out of a directory'
complete -c imganon -l follow -d 'follow links to files of other names'
complete -c imganon -s h -l help -d 'print this help'
complete -c imganon -s V -l version -d 'print the version, and the newest CRIU version supported'
