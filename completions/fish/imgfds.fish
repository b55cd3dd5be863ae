# fish completion for imgfds, made by completions/gen.sh from its --help.

complete -c imgfds -f -a '(__fish_complete_directories)'
complete -c imgfds -s p -l pid -x -a '(imgps --json (for w in (commandline -opc)[2..-1]; test -d $w; and echo $w; end) 2>/dev/null | grep -o '\''"pid".[0-9]*'\'' | grep -o '\''[0-9]*'\'')' -d 'only this process; may be given several times'
complete -c imgfds -s j -l json -d 'write a JSON object for each line'
complete -c imgfds -s t -l type -x -a '(imgfds --json (for w in (commandline -opc)[2..-1]; test -d $w; and echo $w; end) 2>/dev/null | grep -o '\''"type"."[A-Z]*","id"'\'' | grep -o '\''[A-Z]*'\'' | sort -u)' -d 'only these types: file, pipe, unix, tcp ... (see imgfds(1))'
complete -c imgfds -s l -l listening -d 'only listening sockets'
complete -c imgfds -s f -l flags -d 'add the flags of open(2) by name'
complete -c imgfds -s q -l queues -d 'add the bytes queued in pipes, sockets and terminals'
complete -c imgfds -l beneath -d 'follow no link out of a directory'
complete -c imgfds -l follow -d 'follow links to files of other names'
complete -c imgfds -s h -l help -d 'print this help'
complete -c imgfds -s V -l version -d 'print the version, and the newest CRIU version supported'
