. "$SRC/tests/cli/imgpages/dump.bash"
usual d
imgpages -r 0x10000-0x12000 d | text
imgpages -r 65536+8192 d | text
imgpages -r 0x14000+0x1000 -r 0x10000+0x1000 d | text
imgpages -r all d | text
imgpages -r '[anon]' d | text
imgpages -r 0x10fff+2 d | od -An -c
imgpages -r 0x10000+0 d | wc -c
cd d && imgpages -p 7 --read=0x16000+0x2000 | text
