# shellcheck shell=sh
# Real services for tests and the demo: source this file. Each start_* waits until the service answers, and returns 1 after
# printing its log when it does not. What was started is remembered in $SERVICES_STATE (a directory of the caller's), and
# stop_all ends exactly that. Nothing outside the directories given is touched.
#
#   free_port                                         prints a TCP port of 127.0.0.1 that nobody listens on
#   start_registry DIR PORT [tls] [htpasswd|token]    Debian's docker-registry on 127.0.0.1:PORT, data in DIR
#   start_dockerd DIR                                 Debian's dockerd without networks; exports DOCKER_HOST
#   start_python NAME DIR SCRIPT ARG..                a server of this directory that writes its port to DIR/NAME.port
#   stop_all
#
# start_registry leaves in DIR: ca.pem with tls; with htpasswd or token the user is $SERVICES_USER, the password $SERVICES_PASSWORD.

SERVICES_USER=tester
SERVICES_PASSWORD='correct horse:battery'
# shellcheck disable=SC3028 # only bash knows where a sourced file is; other shells say SERVICES_LIB
SERVICES_LIB=${SERVICES_LIB:-$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE:-$0}")" && pwd)}
SERVICES_PYTHON=/usr/bin/python3
[ -x "$SERVICES_PYTHON" ] || SERVICES_PYTHON=python3

free_port() {
	"$SERVICES_PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# The start time beside the id: a number that was given to another process since is not ours.
_services_remember() {
	printf '%s %s\n' "$1" "$(cut -d' ' -f22 "/proc/$1/stat")" >>"$SERVICES_STATE/pids"
}

_services_is_ours() {
	[ "$(cut -d' ' -f22 "/proc/$1/stat" 2>/dev/null)" = "$2" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null
}

# _services_wait PID LOG COMMAND..: until COMMAND succeeds, at most 30 s
_services_wait() {
	_pid=$1 _log=$2 _tries=0
	shift 2
	until "$@" >/dev/null 2>&1; do
		_tries=$((_tries + 1))
		if [ "$_tries" -gt 300 ] || ! kill -0 "$_pid" 2>/dev/null; then
			echo "service did not start: $*" >&2
			tail -n 20 "$_log" >&2
			return 1
		fi
		sleep 0.1
	done
}

stop_all() {
	[ -f "$SERVICES_STATE/pids" ] || return 0
	while read -r _pid _since; do
		_services_is_ours "$_pid" "$_since" && kill "$_pid" 2>/dev/null
	done <"$SERVICES_STATE/pids"
	while read -r _pid _since; do
		_tries=0
		while _services_is_ours "$_pid" "$_since"; do
			_tries=$((_tries + 1))
			[ "$_tries" -gt 200 ] && kill -9 "$_pid" 2>/dev/null
			sleep 0.1
		done
	done <"$SERVICES_STATE/pids"
	rm -f "$SERVICES_STATE/pids"
	_services_unmount
}

# dockerd leaves what it mounted on itself where it does not know it again by its name: in a chroot, on a subvolume.
_services_unmount() {
	[ -f "$SERVICES_STATE/engines" ] || return 0
	while read -r _engine; do
		awk -v dir="$_engine/" 'index($5, dir) == 1 { print $5 }' /proc/self/mountinfo | sort -r | while read -r _mount; do
			umount "$_mount" || true
		done
	done <"$SERVICES_STATE/engines"
	rm -f "$SERVICES_STATE/engines"
}

start_python() {
	_name=$1 _dir=$2 _script=$3
	shift 3
	rm -f "$_dir/$_name.port"
	"$SERVICES_PYTHON" "$SERVICES_LIB/$_script" --port-file "$_dir/$_name.port" "$@" >"$_dir/$_name.log" 2>&1 3>&- &
	_services_remember $!
	_services_wait $! "$_dir/$_name.log" test -s "$_dir/$_name.port"
}

# An authority of its own and a certificate for this machine.
_services_make_tls() {
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=boltseal test authority' -keyout "$1/ca.key" -out "$1/ca.pem" &&
		openssl req -newkey rsa:2048 -nodes -subj '/CN=localhost' -keyout "$1/tls.key" -out "$1/tls.csr" &&
		printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n' >"$1/tls.ext" &&
		openssl x509 -req -days 2 -in "$1/tls.csr" -CA "$1/ca.pem" -CAkey "$1/ca.key" -CAcreateserial -extfile "$1/tls.ext" \
			-out "$1/tls.pem"
}

_services_registry_auth() {
	case $2 in
	htpasswd)
		printf '%s\n' "$SERVICES_PASSWORD" | htpasswd -Bin -C 4 "$SERVICES_USER" >"$1/htpasswd" 2>/dev/null || return 1
		printf 'auth:\n  htpasswd:\n    realm: boltseal test\n    path: %s\n' "$1/htpasswd" >>"$1/config.yml"
		;;
	token)
		openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=boltseal test tokens' -keyout "$1/token.key" \
			-out "$1/token.pem" 2>/dev/null || return 1
		start_python token "$1" token_server.py --key "$1/token.key" --certificate "$1/token.pem" --user "$SERVICES_USER" \
			--password "$SERVICES_PASSWORD" --requests "$1/token.requests" || return 1
		printf 'auth:\n  token:\n    realm: http://127.0.0.1:%s/token\n    service: boltseal test\n    issuer: boltseal-test\n    rootcertbundle: %s\n' \
			"$(cat "$1/token.port")" "$1/token.pem" >>"$1/config.yml"
		;;
	esac
}

start_registry() {
	_dir=$1 _port=$2 _scheme=http
	shift 2
	mkdir -p "$_dir/data"
	printf 'version: 0.1\nlog:\n  level: warn\nstorage:\n  filesystem:\n    rootdirectory: %s\n  delete:\n    enabled: true\nhttp:\n  addr: 127.0.0.1:%s\n' \
		"$_dir/data" "$_port" >"$_dir/config.yml"
	for _option in "$@"; do
		case $_option in
		tls)
			_scheme=https
			_services_make_tls "$_dir" 2>/dev/null || return 1
			printf '  tls:\n    certificate: %s\n    key: %s\n' "$_dir/tls.pem" "$_dir/tls.key" >>"$_dir/config.yml"
			;;
		esac
	done
	for _option in "$@"; do
		_services_registry_auth "$_dir" "$_option" || return 1
	done
	docker-registry serve "$_dir/config.yml" >"$_dir/registry.log" 2>&1 3>&- &
	_services_remember $!
	_services_wait $! "$_dir/registry.log" curl -sk --noproxy '*' "$_scheme://127.0.0.1:$_port/v2/"
}

start_dockerd() {
	mkdir -p "$1"
	realpath "$1" >>"$SERVICES_STATE/engines"
	echo '{}' >"$1/daemon.json" # not what this machine's own daemon is configured with
	dockerd --data-root "$1/data" --exec-root "$1/exec" --pidfile "$1/dockerd.pid" --host "unix://$1/docker.sock" --config-file "$1/daemon.json" \
		--bridge none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false --storage-driver "${SERVICES_STORAGE_DRIVER:-vfs}" \
		>"$1/dockerd.log" 2>&1 3>&- &
	_services_remember $!
	export DOCKER_HOST="unix://$1/docker.sock"
	_services_wait $! "$1/dockerd.log" docker version
}
