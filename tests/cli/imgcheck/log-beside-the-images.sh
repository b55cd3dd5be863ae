# Each error and warning of a log, with what it is about in the images.
cp -r "$DATA/dumps/memory" dump
cat >restore.log <<'END'
(00.000033) Version: 4.2 (gitid 0)
(00.001) Warn  (criu/kerndat.c:1200): kerndat: Can't keep kdat cache on non-tempfs
(00.002) rlimit: RLIMIT_NOFILE unlimited for self
(00.010044)   2378: Error (criu/files-reg.c:2175): File srv/demo/memory/facts/out has bad size 7 (expect 6)
(00.010055)   2378: Error (criu/files.c:1221): Unable to open fd=1 id=0x9
(00.010055)   2378: Error (criu/files.c:1221): Unable to open fd=1 id=0x9
(00.010066) pie: 2375: Error (criu/pie/restorer.c:1): Can't restore EXE link (-13)
(00.010077) Error (criu/cr-restore.c:1480): 2378 exited, status=1
(00.010077) Error (criu/cr-restore.c:1480): 77 killed by signal 9: Killed
(00.010088) Error (criu/some.c:1): Something new about pid 2379 and id 0x9, fd=1
(00.010089)   2379: Error (criu/some.c:1): Something new about fd=0
(00.010090) Error (criu/files.c:1): No file for fd 3 id 0xffff
(00.010099) Error (criu/cr-restore.c:2593): Restoring FAILED.
Error (criu/image.c:1): Magic doesn't match for core-7.img
END
imgcheck --log=restore.log dump
echo "status $?"
echo '== as JSON'
imgcheck --json --log=- dump <restore.log | jq -c 'del(.cause, .help, .files[]?.reg)'
echo '== no errors'
grep -v Error restore.log | imgcheck --log=- dump >out
echo "status $?"
grep -c . out
echo '== a mount, a socket'
printf 'Error (criu/mount.c:1): mnt: No mapping for 52:/zdtm/static mountpoint\nError (criu/mount.c:1): Unable to find the 9999 mount\n' |
	imgcheck --log=- "$DATA/dumps/pipe01_uns"
