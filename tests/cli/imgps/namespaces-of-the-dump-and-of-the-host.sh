# Those that the dump brings along apart from those that criu ran in.
(cd "$DATA/dumps" && imgps --ns fifo_wronly_ns bashpipe)
imgps --ns --json "$DATA/dumps/fifo_wronly_ns"

# A task that tells none of its own is in those of the root task.
img2json --name "$DATA/dumps/fifo_wronly_ns"/{pstree,inventory,ids-1,ids-5,core-1,core-5}.img |
	jq -c 'if .ppid == 1 then .threads = [5] elif .ppid then select(.pid == 1) else . end |
		if .vm_id == 3 then {vm_id, files_id, fs_id, sighand_id} else . end' |
	json2img -C dump
imgps -n dump
