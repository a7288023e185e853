#!/usr/bin/env bats
# Our CVSS scores against those of another implementation, which is installed from the package registry into a cache outside the
# tree; without it the test is skipped and says so.

setup_file() {
	ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	export ROOT
	local cache="${BOLT_CACHE:-$ROOT/.cache}/cvss"
	export CVSS_PYTHON="$cache/bin/python3"

	if ! "$CVSS_PYTHON" -c 'import cvss' 2>/dev/null; then
		rm -rf "$cache"
		mkdir -p "$(dirname "$cache")"
		if ! { python3 -m venv "$cache" &&
			"$cache/bin/pip" -q --disable-pip-version-check install --timeout 20 --retries 1 'cvss>=3.6,<4'; } \
			>"$BATS_FILE_TMPDIR/install.log" 2>&1; then
			echo "# the Python package cvss cannot be installed: $(tail -n 1 "$BATS_FILE_TMPDIR/install.log")" >&3
			rm -rf "$cache"
		fi
	fi
}

@test "every base score of v2, v3.0 and v3.1, and 20,000 vectors of each version, are another implementation's too" {
	local scores="${BOLT_BUILD:-$ROOT/build}/tests/cvss_scores"

	[ -x "$scores" ] || {
		echo "no $scores: build first, or set BOLT_BUILD" >&2
		return 1
	}
	[ -x "$CVSS_PYTHON" ] || skip "the Python package cvss is not installed (package registry not reachable?)"
	run "$CVSS_PYTHON" "$ROOT/tests/lib/compare_cvss.py" "$scores"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c ' vectors, 0 differ$' <<<"$output")" -eq 8 ]
}
