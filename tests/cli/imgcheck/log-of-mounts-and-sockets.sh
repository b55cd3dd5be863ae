# Messages that name mounts, inodes of sockets, descriptors without ids and many files at once.
cp -r "$DATA/dumps/tun_ns_ns" ns
id=$(img2json ns/mountpoints-*.img | jq -r 'select(.mnt_id).mnt_id' | head -n 1)
ns=$(img2json ns/pstree.img | jq -r 'select(.pid).pid' | head -n 1)
cat >log <<END
(00.01) Error (criu/mount.c:1): Something new about mnt_id $id
(00.01) Error (criu/mount.c:1): Something new about mnt_id 99999
(00.02) $ns: Error (criu/files.c:1): Can't dup fd=0
(00.02) $ns: Error (criu/files.c:1): Can't dup fd=77
END
imgcheck --log=log ns 2>&1 | sed '/^ns/d'
d=$DATA/dumps/socket-tcp-nft-nfconntrack_h
ino=$(img2json "$d/files.img" | jq -r 'select(.isk).isk.ino' | head -n 1)
cat >log <<END
(00.01) 76: Error (criu/sk-inet.c:1): In-flight connection (l) for $(printf %x "$ino")
(00.01) 76: Error (criu/sk-inet.c:1): Something new about ino $ino
(00.02) Error (criu/files-reg.c:1): Can't open file / on restore: No such file or directory
END
imgcheck --log=log "$d" 2>&1 | grep -v "^$d"
