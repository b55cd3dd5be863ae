# CRIU gives a process that is dead a thread whose id it has not set: nobody needs that number.
mkdir d
json2img -C d <<'END'
{"magic":"INVENTORY","img":"inventory.img"}
{"img_version":2,"fdinfo_per_id":true,"ns_per_id":true}
{"magic":"PSTREE","img":"pstree.img"}
{"pid":68,"ppid":0,"pgid":66,"sid":66,"threads":[485402592]}
{"magic":"CORE","img":"core-68.img"}
{"mtype":"X86_64","tc":{"task_state":2,"exit_code":1280,"personality":0,"flags":0,"blk_sigset":0,"comm":"z"}}
END
imgcheck --needs d | grep '"pid'
