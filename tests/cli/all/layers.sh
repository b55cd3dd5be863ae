# No file of the library includes one of a higher layer.
cd "$SRC" && tests/cli/layers.sh
