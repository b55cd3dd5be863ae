# shellcheck disable=SC2016 # $pc and the like are those of jq
# The registers of each architecture are found: a dump whose cores are made those of another
# one is as sound, and then not, with a list one short and the places of code and stack
# elsewhere. (Of ARM both are elsewhere already, for its addresses have 32 bits.)
cp -r "$DATA/dumps/memory" d
core='core-2375.img core-2378.img'
for c in $core; do cp "d/$c" "$c"; done

# The architecture $1 with registers of the jq expression $2, which has n numbers by
# zeros(n), the words m0 to mn by words(m; n), and the pc and the sp.
machine()
{
	local c field=ti_${1,,} broken
	for broken in false true; do
		for c in $core; do
			img2json "$c" | jq -c --arg mtype "$1" --argjson broken $broken "
				def zeros(n): [range(n - if \$broken then 1 else 0 end) | 0];
				def words(m; n): [range(n + 1) | {key: \"\(m)\(.)\", value: 0}] | from_entries;
				if .mtype then
					(if \$broken then 4 else .thread_info.gpregs.ip end) as \$pc |
					(if \$broken then 4 else .thread_info.gpregs.sp end) as \$sp |
					.mtype = \$mtype | del(.thread_info) |
					.$field = ({clear_tid_addr: 0} + ($2))
				else . end" | json2img -o "d/$c"
		done
		echo "$1, broken: $broken"
		imgcheck d 2>/dev/null | sed '/2375/!d; s/^/  /'
	done
}

machine ARM '{tls: 0, gpregs: (words("r"; 10) + {fp: 0, ip: 0, sp: 16, lr: 0, pc: 16, cpsr: 0, orig_r0: 0}),
	fpstate: {vfp_regs: zeros(32), fpscr: 0, fpexc: 0, fpinst: 0, fpinst2: 0}}'
machine AARCH64 '{tls: 0, gpregs: {regs: zeros(31), sp: $sp, pc: $pc, pstate: 0},
	fpsimd: {vregs: zeros(64), fpsr: 0, fpcr: 0}}'
machine PPC64 '{gpregs: {gpr: ([0, $sp] + zeros(30)), nip: $pc, msr: 0, orig_gpr3: 0, ctr: 0,
	link: 0, xer: 0, ccr: 0, trap: 0}, fpstate: {fpregs: zeros(32)}}'
machine S390 '{gpregs: {psw_mask: 0, psw_addr: $pc, gprs: (zeros(15) + [$sp]), acrs: zeros(16),
	orig_gpr2: 0, system_call: 0}, fpregs: {fpc: 0, fprs: zeros(16)}}'
machine MIPS '{tls: 0, gpregs: (words("r"; 31) + {r29: $sp, lo: 0, hi: 0, cp0_epc: $pc, cp0_badvaddr: 0,
	cp0_status: 0, cp0_cause: 0}), fpregs: (words("r"; 31) + {lo: 0, hi: 0, fpu_fcr31: 0, fpu_id: 0})}'
machine LOONGARCH64 '{tls: 0, gpregs: {regs: ([0, 0, 0, $sp] + zeros(28)), pc: $pc},
	fpregs: {regs: zeros(32), fcc: 0, fcsr: 0}}'
machine RISCV64 '{tls: 0, gpregs: (words("t"; 6) + words("s"; 11) + words("a"; 7) +
	{pc: $pc, ra: 0, sp: $sp, gp: 0, tp: 0}), fpsimd: {f: zeros(32), fcsr: 0}}'
