# The library, the changelog and the package agree on the version.
cd "$SRC" || exit 1
version=$(sed -n 's/^#define IMG_VERSION "\(.*\)"/\1/p' libimg/base/version.h)
grep -m 1 '^## ' CHANGELOG.md | grep -q "^## $version " || grep -m 1 '^## ' CHANGELOG.md
head -n 1 debian/changelog | grep -qF "criu-imgtools ($version) " || head -n 1 debian/changelog
sed -n 's/^Version: *//p' tests/packaging/criu-imgtools.spec | grep -qxF "$version" || grep '^Version' tests/packaging/*.spec
