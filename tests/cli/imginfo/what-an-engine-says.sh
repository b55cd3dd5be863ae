# --container: what podman, CRI-O and containerd put beside the dump, out of archives and directories.
. "$LIB"
for e in podman crio containerd; do
	mkdir $e && cp -r "$DATA/dumps/bashpipe" $e/checkpoint && chmod -R u+w $e
done
cat >podman/config.dump <<'J'
{"id":"d5ab","name":"web","rootfsImageName":"docker.io/library/nginx:latest","rootfsImage":"sha256:1",
"runtime":"crun","createdTime":"2026-11-30T01:02:03Z","checkpointedTime":"0001-01-01T00:00:00Z","deep":{"name":"no"}}
J
cat >podman/spec.dump <<'J'
{"hostname":"d5abhost","annotations":{"io.container.manager":"libpod"},"mounts":[
{"destination":"/proc","type":"proc","source":"proc"},{"type":"bind","source":"/srv/a b","destination":"/data","options":["rw"]},
{"destination":"/esc\u001b[7m"}]}
J
cat >podman/network.status <<'J'
{"podman":{"interfaces":{"eth0":{"subnets":[{"ipnet":"10.88.0.9/16","gateway":"10.88.0.1"},{"ipnet":"fd00::9/64"}],"mac_address":"x"}}}}
J
echo '["/etc/motd"]' >podman/deleted.files
mkdir -p diff/etc diff/var && echo hello >diff/etc/new && : >diff/var/.wh.gone && ln -s new diff/etc/link
tar -C diff -cf podman/rootfs-diff.tar ./etc/new ./etc/link ./var/.wh.gone
cat >crio/config.dump <<'J'
{"id":"c0","name":"k8s_app_pod_default_0","rootfsImageName":"quay.io/x:1","createdTime":"2026-11-29T00:00:00Z","checkpointedTime":"2026-11-30T00:00:00Z","runtime":"runc"}
J
cat >crio/spec.dump <<'J'
{"annotations":{"io.container.manager":"cri-o","io.kubernetes.cri-o.IP.0":"10.85.0.3","io.kubernetes.pod.name":"pod","io.kubernetes.pod.namespace":"default","io.kubernetes.container.name":"app","io.kubernetes.cri-o.ImageName":"other"}}
J
cat >containerd/spec.dump <<'J'
{"annotations":{"io.kubernetes.cri.container-type":"container","io.kubernetes.cri.container-name":"c","io.kubernetes.cri.image-name":"img:2","io.kubernetes.cri.sandbox-name":"s","io.kubernetes.cri.sandbox-namespace":"ns"}}
J
imginfo --container podman crio containerd
imginfo -cj podman >want
cat want
for e in podman crio containerd; do
	tar -cf $e.tar -C $e . && gzip -nk $e.tar
	for ck in $e $e.tar $e.tar.gz - ; do
		imginfo -cj "$ck" <$e.tar.gz | cmp - <(imginfo -cj $e)
	done
done
imginfo -cHj crio.tar | jq -r .dir
# Damage, and none at all.
imginfo -cj podman/checkpoint
echo '{"id":' >podman/config.dump
imginfo -cj podman
echo '{}' >podman/config.dump
head -c 300 podman/rootfs-diff.tar >half && mv half podman/rootfs-diff.tar
imginfo -c podman 2>&1 | wc -l
ln -sf /etc/passwd crio/config.dump
imginfo -c crio
imginfo -cs crio
