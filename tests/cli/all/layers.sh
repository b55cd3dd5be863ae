# No file of the library includes one of a higher layer, and no two need each other. The
# installed tools have no objects to look at.
cd "$SRC" && tests/cli/layers.sh "$BUILD"
