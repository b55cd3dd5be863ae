#!/bin/sh
# gen.sh BUILD_DIR TOOL... - write the completions of each tool for bash, zsh and fish,
# as its --help has its options, to bash/, zsh/ and fish/ in OUT (the directory of gen.sh).
#
# What is completed follows from the words in the help: an option's FILE is any file, DIR
# a directory, a PID one of the processes in the directories named before it (or in the
# current one), a RANGE one of their mappings, a LIST the columns that the help lists, a WHEN
# when there are colours, a RULE one of imgcheck's. Where the help says "TYPE is one of:", a TYPE
# (or TYPE,TYPE) is one of these words. FACTS and NEEDS are files. Operands: FILE... or FILE|DIR... are images and
# directories (tools that read images take several), DIR... directories, a single FILE any file.
# shellcheck disable=SC2016 # what is not expanded here is meant for the shell that completes
set -eu

build=${1:?usage: gen.sh BUILD_DIR TOOL...}
shift
out=${OUT:-$(dirname "$0")}
mkdir -p "$out/bash" "$out/zsh" "$out/fish"
tab=$(printf '\t')

# A line for each option: letter (- for none), long name, argument (- for none), words.
# --help has them as "  -o, --output=FILE   words" and "      --output=FILE   words".
options() {
	awk '
	/^  (-[A-Za-z0-9],|   ) --[a-z]/ {
		c = substr($0, 4, 1)
		line = substr($0, 9)
		gap = match(line, / /)
		name = substr(line, 1, gap - 1)
		words = substr(line, gap)
		sub(/^ +/, "", words)
		arg = "-"
		if ((eq = index(name, "=")) > 0) {
			arg = substr(name, eq + 1)
			name = substr(name, 1, eq - 1)
		}
		if (sub(/\[$/, "", name))
			arg = "[" arg
		printf "%s\t%s\t%s\t%s\n", c == " " ? "-" : c, name, arg, words
	}'
}

operands() {
	sed -n '1s/^Usage: [^ ]* \[OPTION\]\.\.\. *//p'
}

kind_of_arg() {
	case ${1#\[} in
	FILE | FACTS* | NEEDS*) echo files ;;
	DIR) echo dirs ;;
	PID) echo pids ;;
	RANGE) echo ranges ;;
	LIST) echo columns ;;
	WHEN) echo whens ;;
	RULE) echo rules ;;
	*)
		if [ -n "$(help_words "${1%%[!A-Z]*}")" ]; then
			echo "words_${1%%[!A-Z]*}"
			return
		fi
		echo none
		;;
	esac
}

# The words after "TYPE is one of:".
help_words() {
	[ -z "$1" ] || printf '%s\n' "$help" | awk -v head="$1 is one of:" '
		on && /^$/ { on = 0 }
		on { sub(/^ +/, ""); printf "%s%s", sep, $0; sep = " " }
		$0 == head { on = 1 }'
}

# A kind of argument for each such list.
word_kinds() {
	printf '%s\n' "$help" | sed -n 's/^\([A-Z]*\) is one of:$/words_\1/p'
}

help_columns() {
	printf '%s\n' "$help" | awk '
		on && /^$/ { on = 0 }
		on {
			name = substr($0, 3, index(substr($0, 3), " ") - 1)
			if (!seen[name]++)
				printf "%s%s", sep, name
			sep = " "
		}
		/^Columns/ { on = 1 }'
}

# Those of an option's argument that do not depend on a dump.
fixed_words() {
	case $1 in
	words_*) help_words "${1#words_}" ;;
	columns) help_columns ;;
	whens) echo auto always never ;;
	esac
}


# What finds them: a command before the directories, and one that picks the words.
find_words() {
	case $1 in
	pids) echo 'imgps --json' ;;
	ranges) echo 'imgmems --json -o NAME' ;;
	rules) echo 'imgcheck --rules' ;;
	esac
}

pick_words() {
	case $1 in
	pids) echo "grep -o '\"pid\".[0-9]*' | grep -o '[0-9]*'" ;;
	# A dot for the colon, which would end an action of zsh.
	ranges) echo "grep -o '\"name\".\"[^\"]*\"' | cut -d'\"' -f4 | sort -u" ;;
	rules) echo "cut -d' ' -f1" ;;
	esac
}

kind_of_operands() {
	case $1 in
	*FILE*...*) echo images ;;
	*DIR*) echo dirs ;;
	*FILE*) echo files ;;
	*) echo none ;;
	esac
}

# Text for use inside '...', in a shell or in fish.
quoted() {
	printf '%s\n' "$1" | sed "s/'/'\\\\''/g"
}

# ---- bash ----

# The options whose argument is of one kind, as a pattern of `case`: -o | --output
bash_pattern() {
	while IFS=$tab read -r c name arg _; do
		if [ "$arg" = - ] || [ "$(kind_of_arg "$arg")" != "$1" ]; then
			continue
		fi
		[ "$c" = - ] || printf ' | -%s' "$c"
		printf ' | --%s' "$name"
	done <"$opts" | sed 's/^ | //'
}

bash_words() {
	while IFS=$tab read -r c name arg _; do
		[ "$c" = - ] || printf ' -%s' "$c"
		case $arg in - | \[*) ;; *) name=$name= ;; esac
		printf ' --%s' "$name"
	done <"$opts" | sed 's/^ //'
}

bash_values() {
	cat <<'END'
	local prev=${COMP_WORDS[COMP_CWORD - 1]}
	# bash cuts --name=value into three words.
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	case $prev in
END
	for k in files dirs pids ranges $(word_kinds) columns whens rules none; do
		pattern=$(bash_pattern "$k")
		[ -z "$pattern" ] || printf '\t%s) kind=%s ;;\n' "$pattern" "$k"
	done
	echo '	esac'
}

bash_kind() {
	case $1 in
	files) echo '	files) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;' ;;
	dirs) echo '	dirs) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;' ;;
	words_* | columns | whens)
		# A list is completed after its last comma, or after the + before it.
		cat <<END
	$1)
		mapfile -t COMPREPLY < <(
			compgen -P "\${cur%"\${cur##*[,+]}"}" -W '$(fixed_words "$1")' -- "\${cur##*[,+]}"
		)
		$([ "$1" = whens ] || echo 'compopt -o nospace')
		return
		;;
END
		;;
	ranges)
		cat <<END
	$1)
		local IFS=$'\\n'
		mapfile -t COMPREPLY < <(
			compgen -W "\$($(find_words "$1") -- "\${dirs[@]}" 2>/dev/null |
				$(pick_words "$1"))" -- "\$cur"
		)
		;;
END
		;;
	pids | rules)
		dirs=' "${dirs[@]}"'
		[ "$1" != rules ] || dirs=
		cat <<END
	$1)
		mapfile -t COMPREPLY < <(
			compgen -P "\${cur%"\${cur##*,}"}" -W "\$($(find_words "$1")$dirs 2>/dev/null |
				$(pick_words "$1"))" -- "\${cur##*,}"
		)
		;;
END
		;;
	images)
		cat <<'END'
	images)
		mapfile -t COMPREPLY < <(
			compgen -d -- "$cur"
			compgen -f -- "$cur" |
				grep -E '\.img$|(^|/)(stats-dump|stats-restore|irmap-cache)$'
		)
		;;
END
		;;
	esac
}

bash_file() {
	cat <<END
# shellcheck shell=bash
# bash completion for $tool, made by completions/gen.sh from its --help.

_$tool()
{
	local cur=\${COMP_WORDS[COMP_CWORD]} kind=$kind word$([ -z "$(bash_pattern pids)$(bash_pattern ranges)" ] || echo ' dirs=()')

	COMPREPLY=()
	[[ \$cur != -* ]] || kind=options
END
	case $(bash_words) in *=*) bash_values ;; esac
	cat <<END
	for word in "\${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
		[[ \$word != -- ]] || kind=$kind
END
	[ -z "$(bash_pattern pids)" ] || echo '		[[ ! -d $word ]] || dirs+=("$word")'
	cat <<END
	done
	case \$kind in
	options)
		mapfile -t COMPREPLY < <(compgen -W '$(bash_words)' -- "\$cur")
		[[ \${COMPREPLY[*]} != *= ]] || compopt -o nospace
		return
		;;
END
	for k in files dirs pids ranges $(word_kinds) columns whens rules images; do
		if [ "$k" = "$kind" ] || [ -n "$(bash_pattern "$k")" ]; then
			bash_kind "$k"
		fi
	done
	cat <<END
	esac
	compopt -o filenames
}

complete -F _$tool $tool
END
}

# ---- zsh ----

zsh_action() {
	case $1 in
	files) echo _files ;;
	dirs) echo '_files -/' ;;
	images) echo '_files -g "(*.img|stats-dump|stats-restore|irmap-cache)(-.)"' ;;
	pids | ranges)
		# The directories among the words.
		printf '{compadd -- ${(f)"$(%s ${^${(Q)words[2,-1]}}(N-/) 2>/dev/null | %s)"}}' \
			"$(find_words "$1")" "$(pick_words "$1")"
		;;
	words_* | columns | whens)
		# A list is completed after its last comma, or after the + before it.
		printf '{compset -P "*[,+]"; compadd -S "" -- %s}' "$(fixed_words "$1")"
		;;
	rules) printf '{compadd -- ${(f)"$(%s | %s)"}}' "$(find_words "$1")" "$(pick_words "$1")" ;;
	*) echo ;;
	esac
}

zsh_file() {
	cat <<END
#compdef $tool
# zsh completion for $tool, made by completions/gen.sh from its --help.

_arguments -s -S \\
END
	while IFS=$tab read -r c name arg words; do
		words=$(quoted "$(printf '%s\n' "$words" | sed 's/[][\\]/\\&/g')")
		value=
		shown=${arg#\[}
		shown=${shown%]}
		[ "$arg" = - ] || value=":${shown%%[*}:$(quoted "$(zsh_action "$(kind_of_arg "$arg")")")"
		short=-$c long=--$name
		case $name in
		help | version) not='- *' ;;
		*) not="$([ "$c" = - ] || echo "$short ")$long" ;;
		esac
		case $arg in
		-) ;;
		\[*) long="$long=-" value=":$value" ;; # only after =, if at all
		*) short="$short+" long="$long=" ;;
		esac
		if [ "$c" = - ]; then
			printf "\\t'(%s)%s[%s]%s' \\\\\\n" "$not" "$long" "$words" "$value"
		else
			printf "\\t'(%s)'{%s,%s}'[%s]%s' \\\\\\n" "$not" "$short" "$long" "$words" "$value"
		fi
	done <"$opts"
	case $args in
	*...*) printf "\\t'*:%s:%s'\\n" "$noun" "$(zsh_action "$kind")" ;;
	*) printf "\\t':%s:%s'\\n" "$noun" "$(zsh_action "$kind")" ;;
	esac
}

# ---- fish ----

# Of the files that fish would offer, those that are images, and directories.
fish_images='(complete -C"__fish_command_without_completions "(commandline -ct) | string match -r "^(?:.*/)?(?:[^/]*\.img|stats-dump|stats-restore|irmap-cache|)\$")'

# The directories among the words, one a line.
fish_dirs='(for w in (commandline -opc)[2..-1]; test -d $w; and echo $w; end)'

fish_words() {
	case $1 in
	pids | ranges) printf '(%s %s 2>/dev/null | %s)' "$(find_words "$1")" "$fish_dirs" "$(pick_words "$1")" ;;
	# What stands before the last comma, or the +, is part of each word.
	words_* | columns | whens)
		printf '(string replace -r "[^,+]*\$" "" -- (commandline -ct | string replace -r "^(-[A-Za-z]|--[a-z]*=)" "")){%s}' \
			"$(fixed_words "$1" | tr ' ' ',')"
		;;
	rules) printf '(%s | %s)' "$(find_words "$1")" "$(pick_words "$1")" ;;
	esac
}

fish_file() {
	cat <<END
# fish completion for $tool, made by completions/gen.sh from its --help.

END
	case $kind in
	images) printf "complete -c %s -f -a '%s'\\n" "$tool" "$fish_images" ;;
	dirs) printf "complete -c %s -f -a '(__fish_complete_directories)'\\n" "$tool" ;;
	files) ;;
	*) printf 'complete -c %s -f\n' "$tool" ;;
	esac
	while IFS=$tab read -r c name arg words; do
		printf 'complete -c %s' "$tool"
		[ "$c" = - ] || printf ' -s %s' "$c"
		printf ' -l %s' "$name"
		case $arg in
		\[*) arg=- ;; # only after =
		esac
		case $(kind_of_arg "$arg") in
		files) printf ' -r -F' ;;
		dirs) printf " -x -a '(__fish_complete_directories)'" ;;
		pids | ranges | words_* | columns | whens | rules) printf " -x -a '%s'" "$(quoted "$(fish_words "$(kind_of_arg "$arg")")")" ;;
		*) [ "$arg" = - ] || printf ' -x' ;;
		esac
		printf " -d '%s'\\n" "$(quoted "$words")"
	done <"$opts"
}

opts=$(mktemp)
trap 'rm -f "$opts"' EXIT
for tool; do
	help=$("$build/$tool" --help)
	printf '%s\n' "$help" | options >"$opts"
	args=$(printf '%s\n' "$help" | operands)
	if [ ! -s "$opts" ]; then
		echo "gen.sh: no options in the help of $tool" >&2
		exit 1
	fi
	kind=$(kind_of_operands "$args")
	case $kind in
	images) noun='image or directory' ;;
	dirs) noun=directory ;;
	*) noun='file' ;;
	esac
	bash_file >"$out/bash/$tool"
	zsh_file >"$out/zsh/_$tool"
	fish_file >"$out/fish/$tool.fish"
done
