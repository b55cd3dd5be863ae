# Sound dumps, changed in one place each: imgcheck names the rule, and no other.
"$SRC/tests/mutate/run.sh" >told 2>&1 || cat told
