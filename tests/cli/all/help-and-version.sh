# Status 0, on stdout alone, whatever stands behind; the version names the newest CRIU known.
version=$(sed -n 's/^#define IMG_VERSION "\(.*\)"/\1/p' "$SRC/libimg/base/version.h")
criu=$(sed -n 's/^#define IMG_CRIU_SCHEMA "\(.*\)"/\1/p' "$SRC/libimg/base/version.h")
for c in "$SRC"/cmd/*.c; do
	tool=$(basename "$c" .c)
	[ -e "$BUILD/$tool" ] || continue
	for option in --help -h; do
		$tool $option >help 2>err || echo "$tool $option: status $?"
		[ -s err ] && cat err
		head -n 1 help | grep -q "^Usage: $tool " || echo "$tool: $(head -n 1 help)"
		[ "$(wc -L <help)" -le 90 ] || echo "$tool: --help is wider than 90 columns"
	done
	for option in --version -V; do
		$tool $option --nope nosuch >version 2>err || echo "$tool $option: status $?"
		[ -s err ] && cat err
		[ "$(cat version)" = "$tool (criu-imgtools) $version, CRIU $criu and its development" ] || cat version
	done
done
