#!/bin/sh
# Layout: every C file is as clang-format 14 (Debian 12's) leaves it. Another version lays some lines out otherwise: skipped then.
set -eu
cd "$(dirname "$0")/.."
clang-format --version 2>/dev/null | grep -q 'version 14\.' || exit 77
find src fuzz tests bench -name '*.[ch]' -print0 | xargs -0 clang-format --dry-run --Werror
