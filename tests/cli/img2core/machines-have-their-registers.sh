#!/bin/bash
# shellcheck disable=SC2046 # names of registers are words
# Every machine that CRIU knows: the kind of core, and each register where Linux has it. The
# value of a register is its place: 0x1nn of the general ones, 0x2nn of those for floating
# point, 0x3nn and up of the others; so that a wrong order can be seen.

list() # FROM COUNT
{
	jq -nc --argjson from "$1" --argjson n "$2" '[range($n) | . + $from]'
}

named() # FROM NAME...
{
	local from=$1
	shift
	jq -nc --argjson from "$from" '$ARGS.positional | to_entries | map({(.value): (.key + $from)}) | add' --args "$@"
}

# mips has names for what others have a list of.
r() { for i in $(seq 0 31); do echo "r$i"; done; }

declare -A ti=(
	[ARM]='{"clear_tid_addr":"0x0","tls":1,"gpregs":'$(named 256 r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 fp ip sp lr pc cpsr orig_r0)',
		"fpstate":{"vfp_regs":'$(list 512 32)',"fpscr":600,"fpexc":601,"fpinst":602,"fpinst2":603}}'
	[AARCH64]='{"clear_tid_addr":"0x0","tls":768,"gpregs":{"regs":'$(list 256 31)',"sp":287,"pc":288,"pstate":289},
		"fpsimd":{"vregs":'$(list 512 64)',"fpsr":600,"fpcr":601},
		"pac_keys":{"pac_address_keys":{"apiakey_lo":1,"apiakey_hi":1,"apibkey_lo":1,"apibkey_hi":1,"apdakey_lo":1,
			"apdakey_hi":1,"apdbkey_lo":1,"apdbkey_hi":1,"pac_enabled_key":1}}}'
	[PPC64]='{"clear_tid_addr":"0x0","gpregs":{"gpr":'$(list 256 32)',"nip":288,"msr":289,"orig_gpr3":290,"ctr":291,
			"link":292,"xer":293,"ccr":294,"trap":295},
		"fpstate":{"fpregs":'$(list 512 33)'},"vrstate":{"vrregs":'$(list 768 66)',"vrsave":900},
		"vsxstate":{"vsxregs":'$(list 1024 32)'}}'
	[S390]='{"clear_tid_addr":"0x0","gpregs":{"psw_mask":256,"psw_addr":257,"gprs":'$(list 258 16)',"acrs":'$(list 274 16)',
			"orig_gpr2":290,"system_call":291},
		"fpregs":{"fpc":512,"fprs":'$(list 513 16)'},"vxrs_low":{"regs":'$(list 768 16)'},"vxrs_high":{"regs":'$(list 1024 32)'},
		"gs_cb":{"regs":'$(list 1280 4)'},"gs_bc":{"regs":'$(list 1296 4)'},"ri_cb":{"ri_on":1,"regs":'$(list 1536 8)'}}'
	[MIPS]='{"clear_tid_addr":"0x0","tls":1,"gpregs":'$(named 256 $(r) lo hi cp0_epc cp0_badvaddr cp0_status cp0_cause)',
		"fpregs":'$(named 512 $(r) lo hi fpu_fcr31 fpu_id)'}'
	[LOONGARCH64]='{"clear_tid_addr":"0x0","tls":1,"gpregs":{"regs":'$(list 256 32)',"pc":288},
		"fpregs":{"regs":'$(list 512 32)',"fcc":600,"fcsr":601}}'
	[RISCV64]='{"clear_tid_addr":"0x0","tls":1,"gpregs":'$(named 256 pc ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 \
		s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6)',"fpsimd":{"f":'$(list 512 32)',"fcsr":600}}'
)

# The bytes of each note, in words of $1 bytes; readelf says where they are.
notes()
{
	local word=$1 type size
	# Each line of readelf: owner, size in hexadecimal, type.
	local at
	at=$(readelf -lW core | awk '$1 == "NOTE" { print $2 }')
	at=$((at))
	readelf -nW core 2>/dev/null | sed -n 's/^  \(CORE\|LINUX\) *0x\([0-9a-f]*\)[ \t]*\([^ \t]*\).*/\2 \3/p' |
		while read -r size type; do
			size=$((16#$size))
			at=$((at + 20))
			case $type in
			NT_PRPSINFO | NT_SIGINFO | NT_AUXV) ;;
			*)
				echo "$type $size"
				od -An -v -tx"$word" --endian="$2" -w$((word * 8)) -j $at -N $size core
				;;
			esac
			at=$((at + (size + 3) / 4 * 4))
		done
}

dump=$DATA/dumps/memory
mkdir d
printf '%s\n' '{"magic":"PSTREE"}' '{"pid":7,"ppid":0,"pgid":7,"sid":7,"threads":[7]}' | json2img -o d/pstree.img
printf '%s\n' '{"magic":"PAGEMAP"}' '{"pages_id":1}' | json2img -o d/pagemap-7.img
: >d/pages-1.img
img2json "$dump/mm-2375.img" |
	jq -c 'if .vmas then .exe_file_id = 0 | .mm_arg_end = .mm_arg_start | .mm_saved_auxv = [6, 4096, 9, 77]
		| .vmas = [{"start": 65536, "end": 69632, "pgoff": 0, "shmid": 0, "prot": 3, "flags": 34, "status": 513, "fd": -1}]
		else . end' | json2img -o d/mm-7.img
for march in ARM AARCH64 PPC64 S390 MIPS RISCV64 LOONGARCH64; do
	key=ti_$(tr '[:upper:]' '[:lower:]' <<<"$march")
	img2json "$dump/core-2375.img" |
		jq -c --argjson ti "${ti[$march]}" --arg key "$key" --arg march "$march" \
			'if .mtype then del(.thread_info) | .mtype = $march | .[$key] = $ti else . end' |
		json2img -o d/core-7.img
	img2core -o core d || echo "status $?"
	echo "== $march"
	readelf -h core | grep -E 'Class|Data|Machine|Flags' | tr -s ' '
	word=8 endian=little
	[ "$march" != ARM ] || word=4
	[ "$march" != S390 ] || endian=big
	notes $word $endian
done
