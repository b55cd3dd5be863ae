# One table: the same copy twice, and of two dumps that differ in contents only. Without one:
# another copy each time.
cp -r "$DATA/dumps/bashpipe" dump
imganon -t table -o a dump >/dev/null
stat -c %a table
imganon -t table -o b dump >/dev/null
diff -r a b && imganon -o c dump >/dev/null
diff -q a/files.img c/files.img
imganon -t d/table -o d dump
imganon -o a dump
echo $?
echo nonsense >bad
imganon -t bad -o e dump
echo $?
ls
