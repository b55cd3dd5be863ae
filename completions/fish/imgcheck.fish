# fish completion for imgcheck, made by completions/gen.sh from its --help.

complete -c imgcheck -f -a '(__fish_complete_directories)'
complete -c imgcheck -s A -l allow -x -a '(imgcheck --rules | cut -d'\'' '\'' -f1)' -d 'do not report violations of RULE'
complete -c imgcheck -s E -l error -x -a '(imgcheck --rules | cut -d'\'' '\'' -f1)' -d 'violations of RULE are errors'
complete -c imgcheck -s j -l json -d 'write a JSON object for each finding'
complete -c imgcheck -s r -l rules -d 'list the rules and exit'
complete -c imgcheck -s s -l strict -d 'exit with status 1 for warnings too'
complete -c imgcheck -s W -l warn -x -a '(imgcheck --rules | cut -d'\'' '\'' -f1)' -d 'violations of RULE are warnings'
complete -c imgcheck -l beneath -d 'follow no link out of a directory'
complete -c imgcheck -l follow -d 'follow links to files of other names'
complete -c imgcheck -s h -l help -d 'print this help'
complete -c imgcheck -s V -l version -d 'print the version, and the newest CRIU version supported'
