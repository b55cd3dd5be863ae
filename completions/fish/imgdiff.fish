# fish completion for imgdiff, made by completions/gen.sh from its --help.

complete -c imgdiff -f -a '(__fish_complete_directories)'
complete -c imgdiff -s p -l pid -x -a '(imgps --json (for w in (commandline -opc)[2..-1]; test -d $w; and echo $w; end) 2>/dev/null | grep -o '\''"pid".[0-9]*'\'' | grep -o '\''[0-9]*'\'')' -d 'only this process; may be given several times'
complete -c imgdiff -s j -l json -d 'write a JSON object for each line'
complete -c imgdiff -s k -l kinds -x -a '(string replace -r "[^,+]*\$" "" -- (commandline -ct | string replace -r "^(-[A-Za-z]|--[a-z]*=)" "")){dump,process,env,threads,registers,creds,ns,limits,signals,timers,fds,sockets,mappings,memory}' -d 'only these kinds; with a ! before them: all others'
complete -c imgdiff -s q -l quiet -d 'write nothing: the status says whether they differ'
complete -c imgdiff -l beneath -d 'follow no link out of a directory'
complete -c imgdiff -l follow -d 'follow links to files of other names'
complete -c imgdiff -s h -l help -d 'print this help'
complete -c imgdiff -s V -l version -d 'print the version, and the newest CRIU version supported'
