#!/bin/sh
# Every shell script passes shellcheck; where that is not installed the check is skipped.
set -eu
cd "$(dirname "$0")/.."
command -v shellcheck >/dev/null || exit 77
find bootstrap .ci/run tools tests bench -type f \( -name '*.sh' -o -name run -o -name bootstrap \) -print0 | xargs -0 shellcheck -x -S warning
find tests -name '*.bats' -print0 | xargs -0 -r shellcheck -x -S error
