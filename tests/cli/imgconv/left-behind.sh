# Logs and files of others go along; a pid file would name a process of another restore.
cp -r "$DATA/dumps/pipe01_uns" d
chmod u+w d
echo 4711 >d/restore.pid
printf 12 >d/pidfile
printf 12345678901 >d/long-pid
printf '12\n\n' >d/lines-pid
echo 4711 >d/count
echo 'pid 4711' >d/pid.log
: >d/empty.pid
echo log >d/dump.log
mkfifo d/fifo-pid
imgconv -o o d 2>&1 | sort
diff -r d o || true
imgedit -o e d
diff -r d e || true
