#!/usr/bin/env bash
# Make a dump of many processes: tree.sh BUILD_DIR OUT TASKS FDS
#
# Each task is that of a bundled dump under another pid, with ids, memory and FDS files of
# its own. Its pages are a hole. The dump is whole and consistent: imgcheck says so.
set -euo pipefail

B=${1:?usage: tree.sh BUILD_DIR OUT TASKS FDS} out=$2 tasks=$3 fds=$4
from=$(dirname "$0")/../data/dumps/cgroup01_h

# The pages of a pagemap, of the flags that say that they are there.
pages=$("$B/img2json" "$from/pagemap-67.img" | jq -n '[inputs | .nr_pages // 0] | add')

"$B/img2json" --tag "$from" |
	jq -c --argjson tasks "$tasks" --argjson fds "$fds" -n '
	# An image of one task, number i, from that of the only task there is.
	def pid(i): 1000 + i;
	def name(i): sub("-67\\."; "-\(pid(i)).") | sub("^fdinfo-2\\."; "fdinfo-\(100 + i).");
	def entry(i):
		if .img == "ids-67.img"
		then .entry += {vm_id: (100 + i), files_id: (100 + i), fs_id: (100 + i), sighand_id: (100 + i)}
		elif .img == "pagemap-67.img" and .entry.pages_id then .entry.pages_id = 10 + i
		else . end;
	def first_file(i): 100 + i * $fds;

	[inputs] as $lines |
	($lines | map(select(.img | test("-67\\.")))) as $own |
	($lines | map(select(.img | test("-67\\.|^fdinfo|^files|^pstree|^stats") | not))) as $common |
	($lines | map(select(.img == "files.img"))) as $files |
	($files | map(select(.entry.id == 6))[0]) as $file |
	$common[],
	({img: "pstree.img", magic: "PSTREE"} + {entry: ({pid: pid(range($tasks))} |
		{pid, ppid: (if .pid == pid(0) then 0 else pid((.pid - 1001) / 4 | floor) end),
		 pgid: pid(0), sid: pid(0), threads: [.pid]})}),
	($files[] | select(.entry.id | IN(1, 2, 3, 4, 8, 9))),
	(range($tasks) as $i | range($fds) as $fd |
		$file | .entry.id = first_file($i) + $fd | .entry.reg.id = .entry.id |
		.entry.reg.name = "/srv/task-\($i)/file-\($fd)"),
	(range($tasks) as $i |
		($own[] | entry($i) | .img |= name($i)),
		(range($fds) as $fd | {img: "fdinfo-\(100 + $i).img", magic: "FDINFO",
			entry: {id: (first_file($i) + $fd), flags: 0, type: "REG", fd: $fd}}))' |
	"$B/json2img" -C "$out"
for ((i = 0; i < tasks; i++)); do
	truncate -s $((pages * 4096)) "$out/pages-$((10 + i)).img"
done
truncate -s 4096 "$out/pages-1.img" # of the shared segment, of all tasks
