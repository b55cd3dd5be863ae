# The manual explains each rule that there is, with its severity, and no other.
imgcheck --rules | awk '{ print $1, $2 }' | sort >rules
[ "$(wc -l <rules)" -ge 90 ] || echo "only $(wc -l <rules) rules"
sed -n 's/^\.It Cm \([a-z-]*\) Pq \([a-z]*\)$/\1 \2/p' "$SRC/cmd/imgcheck.1" | sort | diff rules -
