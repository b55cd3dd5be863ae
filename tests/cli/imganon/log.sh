# --log: words of the dump, paths, quoted texts and addresses go through the maps; the rest stays.
cp -r "$DATA/dumps/tun_ns_ns" dump
img2json dump/core-1.img | jq -c 'if .tc.comm then .tc.comm = "Kalifragil" else . end' | json2img >new && mv new dump/core-1.img
echo "key 0123456789abcdef0123456789abcdef" >table
mkdir anna
cat >anna/dump.log <<'END'
(00.000012) Version: 4.2 (gitid 0)
(00.000034) Running on kalibox.example.org Linux 6.1.0-13-amd64 #1 SMP x86_64
(00.000056) Command line: criu dump -t 4711 -D /srv/anna/images --shell-job
(00.000100) Dumping path for 3 fd via self 12 [/home/anna/My Documents/secret plan.txt]
(00.000200) Error (criu/files-reg.c:1234): Can't open file home/anna/x on restore: No such file
(00.000300) Pid 4711 name `Kalifragil' (KALIFRAGIL, xKalifragily, 4b616c6966726167696c)
(00.000400) sock: src 9.8.7.6:80 dst 2001:db8::5, lo, mac 00:1b:21:aa:bb:cc, 127.0.0.1
(00.000500) inet: 7 = Kalifragil: 'some text' Kalifragil.log /usr/lib/libc.so.6
END
cp anna/dump.log anna/Kalifragil.log
imganon -t table -o out -l anna/dump.log -l anna/Kalifragil.log dump | grep logs
(cd out && ls ./*.log)
cat out/1-dump.log
grep -il 'kalif\|anna\|secret\|docu\|9\.8\.7\.6\|db8\|1b:21\|some text' out/*
imganon -o other -l nowhere dump
echo $?
ls
