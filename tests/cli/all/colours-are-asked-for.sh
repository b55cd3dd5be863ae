# Colours on a terminal only, and where they are asked for; words say the same.
dir=$DATA/dumps/names
dead=$(imgps -o pid,state "$dir" | grep -c zombie)
[ "$dead" -gt 0 ] || echo "no zombie in $dir"
imgps -o pid,state "$dir" | grep -c $'\033'
imgps -o pid,state --color=auto "$dir" | grep -c $'\033'
[ "$(imgps -o pid,state --color=always "$dir" | grep -c $'\033\\[31mzombie')" -eq "$dead" ] || echo "zombies"
NO_COLOR=1 imgps -o pid,state --color=always "$dir" | sed 's/\x1b\[[0-9]*m//g' | cmp - <(imgps -o pid,state --color=never "$dir")
