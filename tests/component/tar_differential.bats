#!/usr/bin/env bats
# The tar reader against Go's archive/tar, which container runtimes use: whatever both accept must hold the same files. BOLT_BUILD
# names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	lacks go && return 0
	cp "$BATS_TEST_DIRNAME/../lib/go_tar_list.go" "$BATS_FILE_TMPDIR/main.go"
	cd "$BATS_FILE_TMPDIR" || return 1
	GO111MODULE=off GOTOOLCHAIN=local GOFLAGS='' GOCACHE="$BATS_FILE_TMPDIR/cache" go build -o go_tar_list main.go
}

setup() {
	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	skip_if_told
}

@test "tars of odd headers in any order are read as Go reads them" {
	for seed in 8 9 10; do
		mkdir "$BATS_TEST_TMPDIR/$seed"
		run python3 "$BATS_TEST_DIRNAME/../lib/tar_differential.py" "$BOLT_BUILD/tests/tar_list" "$BATS_FILE_TMPDIR/go_tar_list" \
			"$BATS_TEST_TMPDIR/$seed" "$seed" 1500
		echo "$output"
		[ "$status" -eq 0 ]
	done
}
