# A capability and a limit that have no name yet, and the modes of seccomp, which were those
# of the whole process before CRIU 3.10.
cp -r "$DATA/dumps/memory" d
try()
{
	img2json "$DATA/dumps/memory/core-2375.img" | jq -c "if .tc then $1 else . end" |
		json2img -o d/core-2375.img
	imgps -c -l -p 2375 d | grep -e cap_eff -e RLIMIT_16 -e seccomp
	imgps -jcl -p 2375 d | jq -c '.seccomp_mode, .seccomp_filter, (.caps.eff | .[-2:])'
}
try '.thread_core.creds.cap_eff = [0, 1536] | .tc.rlimits.rlimits += [{cur: 1, max: 2}]'
for mode in disabled strict filter; do
	try ".thread_core.creds.cap_eff = [0, 0] | .thread_core.seccomp_mode = \"$mode\" | .thread_core.seccomp_filter = 3"
	try ".thread_core.creds.cap_eff = [0, 0] | .tc.old_seccomp_mode = \"$mode\" | .tc.old_seccomp_filter = 4"
done
