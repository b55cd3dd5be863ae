# A variable in the environment that the program was started with.
. "$LIB"
cp -r "$DATA/dumps/memory-chain" c
imgedit --setenv 2375:APP_MODE=prod --setenv '2375:GREETING=hi' -o new c/3
imgps -ej c/3 | jq -c 'select(.pid == 2375).env' >old
imgps -ej new | jq -c 'select(.pid == 2375).env' >now
cat old now
imgpages --diff new c/3
status imgedit -n --setenv 2375:EMPTY=x c/3 2>&1
status imgedit -n --setenv 2375:HOME=/root/elsewhere c/3 2>&1
status imgedit -n --setenv 2375:OME=/ c/3 2>&1
status imgedit -n --setenv 2375:=/ c/3 2>&1
status imgedit -n --setenv APP_MODE=x c/3 2>&1
