# fish completion for imgcheck, made by completions/gen.sh from its --help.

complete -c imgcheck -f -a '(__fish_complete_directories)'
complete -c imgcheck -s A -l allow -x -a '(imgcheck --rules | cut -d'\'' '\'' -f1)' -d 'do not tell what breaks RULE'
complete -c imgcheck -s E -l error -x -a '(imgcheck --rules | cut -d'\'' '\'' -f1)' -d 'what breaks RULE is an error'
complete -c imgcheck -s j -l json -d 'a JSON object for each finding'
complete -c imgcheck -s r -l rules -d 'list the rules, and check nothing'
complete -c imgcheck -s s -l strict -d 'fail for warnings too'
complete -c imgcheck -s W -l warn -x -a '(imgcheck --rules | cut -d'\'' '\'' -f1)' -d 'what breaks RULE is a warning'
complete -c imgcheck -s h -l help -d 'print this help'
complete -c imgcheck -s V -l version -d 'print the version, and that of the newest CRIU known'
