# --root: names from images are looked up below it, whatever links are there; what is no
# regular file is not opened. A host without privileges, and without a dump of its own.
mkdir -p root/srv/demo/memory/facts root/usr/lib outside
echo secret >outside/file
cp -r "$DATA/dumps/memory" dump
needs()
{
	imgcheck --json --host --root=root dump 2>/dev/null |
		jq -r 'select(.need == "file" and (.name | startswith("/srv/demo/memory"))) | "\(.name) \(.state) \(.message // "")"' | sort -u
}
echo '== nothing there'
needs
echo '== files as they were'
head -c 65536 /dev/zero >root/srv/demo/memory/facts/mapped.dat
printf 'ready\n' >root/srv/demo/memory/facts/out
chmod 644 root/srv/demo/memory/facts/*
needs
echo '== a link leads out: it does not'
ln -sf "$PWD/outside/file" root/srv/demo/memory/facts/out
needs
echo '== a link to the top stays below it'
rm root/srv/demo/memory/facts/out
printf 'ready\n' >root/out
chmod 644 root/out
ln -sf ../../../../../../../../out root/srv/demo/memory/facts/out
needs
ln -sf /out root/srv/demo/memory/facts/out
needs
echo '== a FIFO in its place is not waited for'
rm root/srv/demo/memory/facts/out
mkfifo -m 644 root/srv/demo/memory/facts/out
needs
mkdir -p root/srv/demo
mkfifo root/srv/demo/app
imgcheck --json --host --root=root dump 2>/dev/null | jq -r 'select(.name == "/srv/demo/app").message'
echo '== no such root'
imgcheck --host --root=nowhere dump
echo "status $?"
