# ssh is replaced: a host is a directory beside the case. As sshd does, it says in SHELL
# what the login shell is, which parallel asks for there.
. "$LIB"
parallel --version 2>/dev/null | grep -q '^GNU parallel' || { echo 'no GNU parallel here'; exit 77; }
mkdir -p bin home db1/dumps db2/dumps/b
cp -r "$DATA/dumps/socket-tcp-nft-nfconntrack_h" 'db1/dumps/web 1'
cp -r "$DATA/dumps/socket-tcp-nft-nfconntrack_h" 'db2/dumps/web 1'
cp -r "$DATA/dumps/names" db2/dumps
cat >bin/ssh <<'END'
#!/bin/bash
while [ "${1#-}" != "$1" ]; do shift; done
cd "$1" || exit 255
shift
[ "$1" != -- ] || shift
SHELL=$(command -v bash) exec bash -c "$*"
END
chmod +x bin/ssh
export PATH=$PWD/bin:$PATH HOME=$PWD/home
# parallel itself cannot have spaces there.
case ${TMPDIR:-} in *[[:space:]]*) export TMPDIR=/tmp ;; esac
recipe many-machines
