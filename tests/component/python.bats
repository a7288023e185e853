#!/usr/bin/env bats
# A directory that pip itself filled, against what pip says of it. BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	python3 -m pip --version > /dev/null 2>&1 || {
		skip_file "pip is not installed"
		return 0
	}
	export SITE="$BATS_FILE_TMPDIR/site" PIP_DISABLE_PIP_VERSION_CHECK=1
	python3 -m pip download -q --no-deps --retries 0 --timeout 20 -d "$BATS_FILE_TMPDIR/probe" six==1.16.0 > /dev/null 2>&1 || {
		skip_file "Python package registry not reachable"
		return 0
	}
	python3 -m pip install -q --no-warn-script-location --target "$SITE" flask==3.0.0 'requests[socks]==2.31.0' \
		ruamel.yaml==0.18.5 zope.interface typing_extensions==4.8.0 2> "$BATS_FILE_TMPDIR/pip.log" ||
		{ cat "$BATS_FILE_TMPDIR/pip.log" >&3; return 1; }
	cd "$SITE" || return 1
	# The older records, as setuptools and distutils left them.
	mkdir old_dir-2.0.egg-info
	printf 'Metadata-Version: 1.2\nName: old-dir\nVersion: 2.0\nLicense: MIT\n' > old_dir-2.0.egg-info/PKG-INFO
	printf 'Metadata-Version: 1.1\nName: old-file\nVersion: 3.0\nLicense: UNKNOWN\n' > old_file-3.0.egg-info
	python3 -m pip list --path "$SITE" --format=freeze | LC_ALL=C sort > "$BATS_FILE_TMPDIR/expected"
}

setup() {
	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	skip_if_told
}

catalog() {
	"$BOLT_BUILD/tests/catalog" "$@"
}

@test "an installed directory gives what pip list gives" {
	cd "$SITE"
	for file in *.dist-info/METADATA *.egg-info/PKG-INFO *.egg-info; do
		[ ! -f "$file" ] || catalog python "$file"
	done > "$BATS_TEST_TMPDIR/found"
	awk -F'\t' '{ print $2 "==" $3 }' "$BATS_TEST_TMPDIR/found" | LC_ALL=C sort | diff "$BATS_FILE_TMPDIR/expected" -
	[ "$(wc -l < "$BATS_TEST_TMPDIR/found")" -ge 15 ]
	grep -q "$(printf 'pypi\truamel.yaml\t0.18.5\t-\t-\t-\t-\tMIT')" "$BATS_TEST_TMPDIR/found"
}

@test "what pip froze is read back from requirements.txt" {
	cd "$SITE"
	catalog python-requirements "$BATS_FILE_TMPDIR/expected" requirements.txt | awk -F'\t' '{ print $2 "==" $3 }' |
		LC_ALL=C sort | diff "$BATS_FILE_TMPDIR/expected" -
}

@test "the lists of installed files are read without a complaint" {
	cd "$SITE"
	for file in *.dist-info/RECORD; do
		run -0 catalog python-files "$file"
		[ -z "$output" ]
	done
}
