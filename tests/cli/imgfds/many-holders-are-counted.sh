# A pipe that 100 tasks write to: the reader's line names a few and counts the others.
{
	echo '{"magic":"PSTREE","img":"pstree.img"}'
	for i in {1..101}; do
		echo "{\"pid\":$i,\"ppid\":$((i > 1)),\"pgid\":1,\"sid\":1,\"threads\":[$i]}"
	done
	for i in {1..101}; do
		echo "{\"magic\":\"IDS\",\"img\":\"ids-$i.img\"}"
		echo "{\"vm_id\":$i,\"files_id\":$i,\"fs_id\":1,\"sighand_id\":1}"
		echo "{\"magic\":\"FS\",\"img\":\"fs-$i.img\"}"
		echo '{"cwd_id":3,"root_id":3}'
		echo "{\"magic\":\"FDINFO\",\"img\":\"fdinfo-$i.img\"}"
		echo "{\"id\":$((1 + (i > 1))),\"flags\":0,\"type\":\"PIPE\",\"fd\":0}"
	done
	cat <<-END
		{"magic":"FILES","img":"files.img"}
		{"type":"PIPE","id":1,"pipe":{"id":1,"pipe_id":50,"flags":0,"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0}}}
		{"type":"PIPE","id":2,"pipe":{"id":2,"pipe_id":50,"flags":1,"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0}}}
		{"type":"REG","id":3,"reg":{"id":3,"flags":0,"pos":0,"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0},"name":"/"}}
	END
} | json2img -C dump
imgfds -p 1 dump
imgfds -p 101 dump
imgfds --json -p 1 dump | jq -c 'select(.fd == 0) | [.peer_count, (.peers | length), .peers[0], .peers[-1]]'
