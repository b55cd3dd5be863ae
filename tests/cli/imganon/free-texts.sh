# Numbers in what a person has written into a rule are words; bytes that packets are searched for stay
# hexadecimal digits; dates, marks and numbers of the grammar stay.
mkdir dump
cat >dump/nftables-9.img <<'END'
table inet filter {
	comment "call 0170 5551234"
	chain input {
		log prefix "4711: " accept comment "0x5551234 1h30m"
		meta mark 0x5551235 limit rate 5551236/second drop
	}
}
END
cat >dump/iptables-9.img <<'END'
*filter
-A INPUT -m string --hex-string "|73656372|" --algo bm -j DROP
-A INPUT -m comment --comment 5551234 -m mark --mark 0x5551235 -j LOG --log-prefix "4711 "
-A INPUT -m comment --comment "a \" 5551234" -m limit --limit 5551236/sec -j ACCEPT
-A INPUT -m time --datestart 2024-03-01T10:00:00 -j DROP
COMMIT
END
imganon -o out dump >report
grep -o '555123[0-9]\|4711\|0170\|73656372\|1h30m\|2024-.*:00' out/*tables*
grep -c 'hex-string "|[0-9a-f]\{8\}|"' out/iptables-9.img
# Addresses that other things are joined to in a log; criu itself is no secret.
cat >criu.log <<'END'
(00.1) Error (criu/sk-inet.c:7): ::ffff:203.0.113.7:22 203.0.113.7:22-203.0.113.8:23 [2001:db8::5]:443
END
cp -r "$DATA/dumps/bashpipe" criu
img2json criu/files.img | jq -c 'if .reg then .reg.name = "/usr/lib/criu/x" else . end' | json2img >new && mv new criu/files.img
imganon -l criu.log -o logged criu >report
grep -o 'criu/sk-inet.c:7\|203\.0\.113\|2001:db8' logged/*.log
grep -c ':22 [0-9.]*:22-[0-9.]*:23 \[[0-9a-f:]*\]:443$' logged/*.log
