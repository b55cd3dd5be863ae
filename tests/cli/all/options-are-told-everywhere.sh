# What --help lists is in the manual page and in the three completions, the README and the
# overview name the tool, and the page and the completions name no option that it lacks.
cd "$SRC" || exit 1

# Tokens after Fl in mdoc; a word of several letters is as many short options.
page_options()
{
	grep -o 'Fl [^ ,]*' "$1" | sed 's/^Fl //' | while read -r o; do
		case $o in
		--*) echo "page names $o: write Fl ${o#-}" ;;
		-*) echo "-$o" ;;
		*) printf '%s\n' "$o" | grep -o '[A-Za-z0-9]' | sed 's/^/-/' ;;
		esac
	done | sort -u
}

# The columns of --output, and the words of an option.
words_of_help()
{
	$1 --help | awk '
		/^$/ { on = words = 0 }
		on { print substr($0, 3, index(substr($0, 3), " ") - 1) }
		words { for (i = 1; i <= NF; i++) print $i }
		/^Columns/ { on = 1 }
		/^[A-Z]* is one of:$/ { words = 1 }'
}

while read -r tool; do
	for word in $(words_of_help "$tool"); do
		grep -qE "^\.(It )?(Cm|Li|Ql)( [^ ]* ,)* $word( |$)" "cmd/$tool.1" ||
			echo "$tool: page does not have '$word'"
		for shell in bash/ zsh/_ fish/; do
			f=completions/$shell$tool
			[ $shell != fish/ ] || f=$f.fish
			grep -qw -- "$word" "$f" || echo "$tool: $f does not have '$word'"
		done
	done
	$tool --help | sed -n 's/^  \(-.\), \(--[a-z0-9-]*\).*/\1\n\2/p; s/^      \(--[a-z0-9-]*\).*/\1/p' | sort >"$OLDPWD/help"
	[ "$(grep -c -- '^--' "$OLDPWD/help")" -ge 2 ] || echo "$tool: --help lists no options"
	grep -qw "$tool" README.md || echo "$tool: not in README.md"
	grep -q "^\.It Xr $tool 1" cmd/criu-imgtools.7 || echo "$tool: not in criu-imgtools(7)"
	grep -q '^\.Xr criu-imgtools 7' "cmd/$tool.1" || echo "$tool: does not lead to criu-imgtools(7)"
	for f in "cmd/$tool.1" "completions/bash/$tool" "completions/zsh/_$tool" "completions/fish/$tool.fish"; do
		[ -f "$f" ] || { echo "$tool: no $f"; continue 2; }
	done
	page_options "cmd/$tool.1" >"$OLDPWD/page"
	sed -n "s/.*compgen -W '\([^']*--help[^']*\)'.*/\1/p" "completions/bash/$tool" |
		tr ' ' '\n' | sed 's/=$//' >"$OLDPWD/bash"
	sed -n "s/^	'([^)]*)\([^[]*\)\[.*/\1/p" "completions/zsh/_$tool" |
		tr "{},'" '[\n*]' | sed 's/=-\{0,1\}$//; s/+$//' | grep '^-' >"$OLDPWD/zsh"
	sed -n 's/^complete .* -s \([A-Za-z0-9]\) .*/-\1/p' "completions/fish/$tool.fish" >"$OLDPWD/fish"
	sed -n 's/^complete .* -l \([a-z0-9-]*\) .*/--\1/p' "completions/fish/$tool.fish" >>"$OLDPWD/fish"
	for where in page bash zsh fish; do
		sort -u "$OLDPWD/$where" >"$OLDPWD/has"
		sed "s/^/$tool: $where lacks /" < <(comm -23 "$OLDPWD/help" "$OLDPWD/has")
		sed "s/^/$tool: $where names what the tool lacks: /" < <(comm -13 "$OLDPWD/help" "$OLDPWD/has")
	done
done < <(grep -l '^int main(' cmd/*.c | grep -v '/crit\.c$' | sed 's|cmd/||; s|\.c$||')
