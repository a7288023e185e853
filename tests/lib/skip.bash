# shellcheck shell=bash
# Why none of a file's tests can run here. Debian 12's bats takes `skip` in setup_file for a failure: setup_file says the reason with
# skip_file and returns, and setup skips each test with it:
#
#   setup_file() { lacks go && return 0; ... }
#   setup()      { skip_if_told; ... }

skip_file() {
	export SKIP_REASON="$*"
}

skip_if_told() {
	[ -z "${SKIP_REASON:-}" ] || skip "$SKIP_REASON"
}

# lacks TOOL..: true, and told, when one of them is not installed
lacks() {
	local tool

	for tool in "$@"; do
		command -v "$tool" >/dev/null || {
			skip_file "$tool is not installed"
			return 0
		}
	done
	return 1
}

# lacks_root WHAT: true, and told, when this is not root, whom WHAT needs
lacks_root() {
	[ "$(id -u)" != 0 ] || return 1
	skip_file "$1 needs root"
}
