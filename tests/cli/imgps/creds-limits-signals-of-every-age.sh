# What was once in images of its own is shown as what is in the core image today.
imgps --creds --limits --signals --threads "$DATA/dumps/names"
imgps --creds --signals -p 25692 "$DATA/dumps/old-v1.0-m0"
imgps --signals --threads -p 13880 "$DATA/dumps/old-v1.3-m31"
for dump in old-v1.0-m0 names; do
	imgps -jclS "$DATA/dumps/$dump" | head -n 1 | jq -c '{creds, seccomp_mode}, .caps.inh, .caps.bnd[:2],
		.rlimits[0, 7], del(.creds, .caps, .rlimits)'
done
