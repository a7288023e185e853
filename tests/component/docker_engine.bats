#!/usr/bin/env bats
# The Docker Engine client against a real dockerd, and against sockets that are none. BOLT_BUILD names the build directory.

setup_file() {
	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	lacks_root dockerd && return 0
	lacks dockerd && return 0
	export SERVICES_STATE="$BATS_FILE_TMPDIR" W="$BATS_FILE_TMPDIR" FETCH="$BOLT_BUILD/tests/fetch"
	# shellcheck source=tests/lib/services.sh
	source "$BATS_TEST_DIRNAME/../lib/services.sh"
	cd "$W" || return 1
	start_dockerd "$W/engine" || return 1
	mkdir root && head -c 2000000 /dev/urandom > root/big && echo hello > root/small
	tar -C root -c . | docker import - boltseal-test/imported:1 > id
}

teardown_file() {
	SERVICES_STATE="$BATS_FILE_TMPDIR"
	source "$BATS_TEST_DIRNAME/../lib/services.sh"
	stop_all
}

setup() {
	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	skip_if_told
	cd "$BATS_TEST_TMPDIR" || return 1
}

teardown() {
	[ -z "$fake" ] || kill "$fake"
}

fails() {
	local code=$1 text=$2
	shift 2
	status=0
	"$FETCH" "$@" > /dev/null 2> said || status=$?
	output=$(cat said)
	[ "$status" -eq 1 ]
	[[ "$output" == "$code: "*"$text"* ]] || { echo "said: $output"; return 1; }
}

contents() {
	mkdir "$2" && tar -C "$2" -xf "$1" && (cd "$2" && find . -type f -exec sha256sum {} + | sort -k2)
}

@test "an image is what docker save gives" {
	"$FETCH" docker boltseal-test/imported:1 > ours.tar
	docker save -o theirs.tar boltseal-test/imported:1
	diff <(contents ours.tar ours) <(contents theirs.tar theirs)
	[ "$(find ours -type f | wc -l)" -ge 4 ]
}

@test "an image by its ID, long and short" {
	id=$(cat "$W/id")
	"$FETCH" docker "$id" | tar -t | grep -q manifest.json
	id=${id#sha256:}
	"$FETCH" docker "${id:0:12}" | tar -t | grep -q manifest.json
}

@test "inspecting tells the ID" {
	[ "$("$FETCH" inspect boltseal-test/imported:1)" = "$(cat "$W/id")" ]
}

@test "an image that is not there is ENOENT with the daemon's words; a name that is none is refused here" {
	fails ENOENT "No such image" inspect boltseal-test/nonesuch:1
	fails ENOENT "boltseal-test/nonesuch" docker boltseal-test/nonesuch:1
	fails EINVAL "not the name" docker ../../info
	fails EINVAL "not the name" docker 'x?y=z'
}

@test "a reader that goes away ends the saving quietly" {
	"$FETCH" docker boltseal-test/imported:1 2> said | head -c 10 > /dev/null
	[ "$(cat said)" = "EPIPE: (nothing said)" ]
}

@test "podman: is the same API at another socket" {
	CONTAINER_HOST=$DOCKER_HOST "$FETCH" podman boltseal-test/imported:1 | tar -t | grep -q manifest.json
	mkdir podman && ln -s "${DOCKER_HOST#unix://}" podman/podman.sock
	XDG_RUNTIME_DIR=$PWD "$FETCH" podman boltseal-test/imported:1 | tar -t | grep -q manifest.json
}

@test "no socket, nobody behind it, no permission, no unix socket, something else behind it" {
	DOCKER_HOST=unix://$PWD/none fails ENXIO "systemctl start docker" inspect x
	python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("dead")'
	DOCKER_HOST=unix://$PWD/dead fails ENXIO "is the Docker daemon running" inspect x
	DOCKER_HOST=tcp://127.0.0.1:2375 fails EINVAL "only unix://" inspect x
}

@test "a user without permission for the socket is told so" {
	reachable=$(mktemp -d) # the test's own directory is closed to others
	cp "$FETCH" "$reachable/fetch" && chmod 755 "$reachable"
	mkdir -m 755 "$reachable/open" && mkdir -m 700 "$reachable/closed"
	python3 -c 'import socket, sys; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])' "$reachable/open/docker.sock"
	chmod 660 "$reachable/open/docker.sock"
	for place in open closed; do
		run env DOCKER_HOST="unix://$reachable/$place/docker.sock" setpriv --reuid 65534 --regid 65534 --clear-groups "$reachable/fetch" inspect x
		echo "$output"
		[[ "$output" == "EACCES: no permission for $reachable/$place/docker.sock"* ]]
	done
	rm -rf "$reachable"
}

@test "a daemon that fails in its own words, and a server that is no daemon" {
	"$BATS_TEST_DIRNAME/../lib/fake_engine.py" "$PWD/fake.sock" 3>&- &
	fake=$!
	for _ in $(seq 50); do [ -S fake.sock ] && break; sleep 0.1; done
	DOCKER_HOST=unix://$PWD/fake.sock fails EIO "status 500: out of hamsters" docker broken
	DOCKER_HOST=unix://$PWD/fake.sock fails EBADMSG "no image ID" inspect odd
	DOCKER_HOST=unix://$PWD/fake.sock fails ECONNRESET "broke off" docker cut
}
