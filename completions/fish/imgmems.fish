# fish completion for imgmems, made by completions/gen.sh from its --help.

complete -c imgmems -f -a '(__fish_complete_directories)'
complete -c imgmems -s p -l pid -x -a '(imgps --json (for w in (commandline -opc)[2..-1]; test -d $w; and echo $w; end) 2>/dev/null | grep -o '\''"pid".[0-9]*'\'' | grep -o '\''[0-9]*'\'')' -d 'only this process; may be given several times'
complete -c imgmems -s j -l json -d 'write a JSON object for each line'
complete -c imgmems -s r -l rss -d 'add pages: present, in a parent dump, lazy'
complete -c imgmems -l beneath -d 'follow no link out of a directory'
complete -c imgmems -l follow -d 'follow links to files of other names'
complete -c imgmems -s h -l help -d 'print this help'
complete -c imgmems -s V -l version -d 'print the version, and the newest CRIU version supported'
