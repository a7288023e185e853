#!/usr/bin/env bats
# The orders of the language ecosystems against their own tools, on real versions and on made ones. BOLT_BUILD names the build
# directory.

bats_require_minimum_version 1.5.0

PAIRS=20000

# Told by version_languages.py: 77 is "cannot be done here".
held_against() {
	run -0 --separate-stderr ls "$BOLT_BUILD/tests/version_compare"
	run --separate-stderr /usr/bin/python3 "$BATS_TEST_DIRNAME/../lib/version_languages.py" "$@"
	# shellcheck disable=SC2154 # bats sets stderr
	[ "$status" -ne 77 ] || skip "$stderr"
	printf '%s\n' "$output" "$stderr"
	[ "$status" -eq 0 ]
}

@test "Python versions stand as packaging puts them" {
	held_against agree pep440 "$BOLT_BUILD/tests/version_compare" "$PAIRS"
}

@test "Maven versions stand as ComparableVersion puts them" {
	held_against agree maven "$BOLT_BUILD/tests/version_compare" "$PAIRS"
}

@test "Ruby versions stand as Gem::Version puts them" {
	held_against agree gem "$BOLT_BUILD/tests/version_compare" "$PAIRS"
}

@test "PHP versions stand as composer/semver puts them" {
	held_against agree composer "$BOLT_BUILD/tests/version_compare" "$PAIRS"
}

@test "NuGet versions stand as its rules, written down a second time, put them" {
	held_against agree nuget "$BOLT_BUILD/tests/version_compare" "$PAIRS"
}

@test "Go versions stand as golang.org/x/mod/semver and go/version put them" {
	held_against agree go "$BOLT_BUILD/tests/version_compare" "$PAIRS"
}

@test "every order is total, on hostile texts too" {
	held_against total "$BOLT_BUILD/tests/version_compare" "$PAIRS"
}
