# The name of a variable that is not set: two quotes, as other programs have it.
cp -r "$DATA/dumps/memory" d
imgps ''
imgedit -o '' d
img2core -p 2375 -o '' d
imganon -t '' -o new d
imgdiff '' d
ls
