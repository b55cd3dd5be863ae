# What the check of the layers has to find, it finds: an include turned upward, two files of a
# folder that need each other, two structs of one name.
command -v cc >/dev/null && command -v nm >/dev/null || { echo 'no cc or nm'; exit 77; }
mkdir -p libimg/low libimg/high cmd/x build/libimg/low build/libimg/high
printf '%s\n' '1 low a' '2 high b' >libimg/LAYERS

unit()
{
	printf '%b' "$2" >"libimg/$1.c"
	cc -I. -c -o "build/libimg/$1.o" "libimg/$1.c"
}

touch libimg/low/a.h libimg/high/c.h cmd/tool.h
unit low/a 'int img_b(void);\nint img_a(void);\nint img_a(void)\n{\n\treturn img_b();\n}\n'
unit low/b 'int img_b(void);\nint img_b(void)\n{\n\treturn 1;\n}\n'
unit high/c '#include "libimg/low/a.h"\nstruct one {\n\tint i;\n};\n'
printf 'struct one_tool {\n\tint i;\n};\n' >cmd/x.c
cp cmd/x.c cmd/y.c # another program
printf 'struct part {\n\tint i;\n};\n' >cmd/x/part.c
"$SRC"/tests/cli/layers.sh; echo "sound: $?"

unit low/b 'int img_a(void);\nint img_b(void);\nint img_b(void)\n{\n\treturn img_a();\n}\n'
"$SRC"/tests/cli/layers.sh; echo "a loop: $?"
rm libimg/low/b.c
"$SRC"/tests/cli/layers.sh; echo "an object without a source: $?"

printf '#include "libimg/high/c.h"\n' >libimg/low/d.c
"$SRC"/tests/cli/layers.sh; echo "upward: $?"
rm libimg/low/d.c

printf 'struct one {\n\tint i;\n};\n' >>cmd/y.c
"$SRC"/tests/cli/layers.sh; echo "one name: $?"
