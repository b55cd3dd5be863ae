# What is in a core, by readelf. shellcheck shell=bash

# The PT_LOADs: OFFSET ADDRESS FILESZ MEMSZ FLAGS, in hexadecimal.
loads()
{
	readelf -lW "$1" | sed -n 's/  LOAD  *\(0x[^ ]*\) \(0x[^ ]*\) 0x[^ ]* \(0x[^ ]*\) \(0x[^ ]*\) \(...\) .*/\1 \2 \3 \4 \5/p'
}

# LENGTH bytes at ADDRESS (hexadecimal) of CORE, out of one PT_LOAD or several.
bytes_at()
{
	local core=$1 at=$((16#$2)) left=$3 off addr filesz rest n
	while read -r off addr filesz rest; do
		addr=$((addr)) filesz=$((filesz))
		[ $left -gt 0 ] && [ $at -ge $addr ] && [ $at -lt $((addr + filesz)) ] || continue
		n=$((addr + filesz - at))
		[ $n -le $left ] || n=$left
		tail -c +$((off + at - addr + 1)) "$core" | head -c $n
		at=$((at + n)) left=$((left - n))
	done < <(loads "$core")
}
