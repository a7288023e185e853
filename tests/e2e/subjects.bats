#!/usr/bin/env bats
# One real image of ten layers through everything an image can come from: the same packages, layers and digests each time.
# The image (tests/lib/make_image.sh) has an upgraded, a removed and a purged package, a directory made anew, hard links into lower
# layers and an application from npm. BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	lacks_root "dockerd" && return 0
	lacks dockerd docker docker-registry debootstrap skopeo umoci buildah htpasswd openssl npm jq curl xz zstd bzip2 && return 0
	e2e_needs
	source "$E2E_LIB/services.sh"
	"$SERVICES_PYTHON" -c 'import jwt, cryptography' 2> /dev/null || {
		skip_file "python3-jwt or python3-cryptography is not installed"
		return 0
	}
	IMAGES=$(e2e_images)
	[ -d "$IMAGES/root" ] || return 1
	export IMAGES W="$BATS_FILE_TMPDIR" SERVICES_STATE="$BATS_FILE_TMPDIR"
	e2e_clean "$W/home"

	PLAIN=127.0.0.1:$(free_port) TLS=127.0.0.1:$(free_port) TOKEN=127.0.0.1:$(free_port)
	export PLAIN TLS TOKEN USER_NAME="$SERVICES_USER" PASSWORD="$SERVICES_PASSWORD"
	e2e_dockerd "$W/engine" && start_registry "$W/plain" "${PLAIN#*:}" && start_registry "$W/tls" "${TLS#*:}" tls htpasswd &&
		start_registry "$W/token" "${TOKEN#*:}" token || return 1
	docker load -q -i "$IMAGES/docker-save.tar"
	docker tag boltseal-test/app "$PLAIN/team/app:1"
	docker push -q "$PLAIN/team/app:1"
	for to in "$TLS/private/app:1" "$TOKEN/private/app:1"; do
		skopeo --insecure-policy copy -q --dest-tls-verify=false --dest-creds "$USER_NAME:$PASSWORD" \
			"docker-archive:$IMAGES/docker-save.tar" "docker://$to"
	done
	"$BOLTSEAL" scan --format json --output "$W/report.json" "archive:$IMAGES/docker-save.tar"
	e2e_same "$W/report.json" > "$W/want.json"
	jq -r .subject.image_id "$W/report.json" > "$W/image_id"
}

teardown_file() {
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	source "$E2E_LIB/services.sh"
	SERVICES_STATE="$BATS_FILE_TMPDIR"
	stop_all
}

setup() {
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	skip_if_told
	export HOME="$BATS_TEST_TMPDIR/home"
	mkdir -p "$HOME"
	cd "$BATS_TEST_TMPDIR" || return 1
}

# same SUBJECT [OPTION..]: its report is that of `docker save`
same() {
	"$BOLTSEAL" scan --format json --output report.json "${@:2}" "$1" || return 1
	e2e_same report.json | diff "$W/want.json" - || { echo "for $1"; return 1; }
}

# Where the tool keeps the configuration byte for byte, the image is the same image.
same_id() {
	same "$@" && [ "$(jq -r .subject.image_id report.json)" = "$(cat "$W/image_id")" ]
}

field() {
	jq -r "$1" report.json
}

fails() {
	local code=$1 text=$2
	shift 2
	run --separate-stderr "$BOLTSEAL" "$@"
	[ "$status" -eq "$code" ]
	[ -z "$output" ]
	[[ $stderr == *"$text"* ]] || { echo "said: $stderr"; return 1; }
}

@test "what the report says is what dpkg in the image says, and what the Dockerfile did" {
	cp "$W/report.json" report.json
	jq -r '.packages[] | select(.ecosystem == "deb") | "\(.name) \(.version) \(.arch) \(.source.name) \(.source.version)"' report.json |
		LC_ALL=C sort | diff <(LC_ALL=C sort "$IMAGES/packages.txt") -
	[ "$(field '.subject.layers | length')" -eq 10 ]
	[ "$(field '.packages[] | select(.name == "bolt-probe") | "\(.version) \(.layer)"')" = "2.0-1 5" ]
	[ "$(field '.packages[] | select(.name == "left-pad") | "\(.layer) \(.licenses[0])"')" = "3 WTFPL" ]
	[ "$(field '[.packages[] | select(.name == "express") | .layer, .locations] | @json')" = \
		'[8,["srv/node_modules/express/package.json"]]' ]
	[ "$(field '.removed_packages[] | "\(.name) \(.version) \(.layer) \(.removed_layer)"')" = \
		$'bolt-probe 1.0 2 5\nbolt-removed 0.1 2 5\ngone 9.9.9 3 6' ]
	[ "$(field '[.packages[] | select(.layer == 0)] | length')" -gt 80 ]
	[ "$(field .subject.platform)" = linux/amd64 ]
	sha256sum < <(tar -xOf "$IMAGES/docker-save.tar" "$(tar -xOf "$IMAGES/docker-save.tar" manifest.json | jq -r '.[0].Config')") |
		grep -q "^$(cut -d: -f2 "$W/image_id") "
}

@test "every file of the image, with its hash: what a look into the unpacked image shows" {
	umoci unpack --image "$IMAGES/skopeo-oci:app" bundle > /dev/null 2>&1
	(cd bundle/rootfs && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sed 's/  /\t/') |
		LC_ALL=C sort > expected
	"$BOLTSEAL" scan --format files "archive:$IMAGES/docker-save.tar" | awk -F'\t' -v OFS='\t' '$5 == "live" { print $1, $7 }' |
		LC_ALL=C sort > found
	diff expected found
	[ "$(wc -l < found)" -gt 5000 ]
	[ "$("$BOLTSEAL" scan --format files "archive:$IMAGES/docker-save.tar" | awk -F'\t' '$7 ~ /^opt\/(kept|probe|linked)/ { print $4, $5, $7 }' |
		LC_ALL=C sort | xargs)" = \
		'6 hidden opt/kept/one 6 hidden opt/kept/same 7 live opt/kept/two 9 live opt/linked.json 9 live opt/probe' ]
	rm -rf bundle
}

@test "docker: the daemon's image, by name, by id and without a scheme" {
	same_id docker:boltseal-test/app
	[ "$(field .subject.kind)" = docker ]
	same_id boltseal-test/app:latest
	[ "$(field .subject.kind)" = docker ]
	same_id "docker:$(cat "$W/image_id")"
	same_id docker:boltseal-test/app --engine-socket "${DOCKER_HOST#unix://}"
	fails 3 "boltseal-test/none" scan docker:boltseal-test/none
}

@test "docker: an image that came from a registry carries its manifest's digest" {
	same_id "docker:$PLAIN/team/app:1"
	[ "$(field .subject.digest)" = "$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$PLAIN/team/app:1")" ]
}

@test "docker: the digest of another image that had the name before is not told" {
	"$E2E_LIB/fake_engine.py" "$PWD/engine" "$IMAGES/docker-save.tar" "$(cat "$W/image_id")" 2> requests 3>&- &
	engine=$!
	for _ in $(seq 50); do [ -S engine ] && break; sleep 0.1; done
	same_id docker:same --engine-socket "$PWD/engine"
	[ "$(field .subject.digest)" = "sha256:$(printf '7%.0s' {1..64})" ]
	same_id docker:moved --engine-socket "$PWD/engine"
	[ "$(field .subject.digest)" = null ]
	kill "$engine"
}

@test "registry: over HTTP on this machine, by tag, by digest and without a scheme" {
	digest=$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$PLAIN/team/app:1")
	same_id "registry:$PLAIN/team/app:1"
	[ "$(field .subject.kind)" = registry ]
	[ "$(field .subject.digest)" = "$digest" ]
	same_id "registry:$PLAIN/team/app@$digest"
	[ "$(field .subject.digest)" = "$digest" ]
	DOCKER_HOST=unix:///nonexistent same_id "$PLAIN/team/app:1"
	[ "$(field .subject.kind)" = registry ]
	fails 3 "$PLAIN/team/app:2" scan "registry:$PLAIN/team/app:2"
}

@test "registry: TLS with its own authority, and a password from a file, from a variable's file and from docker login" {
	fails 3 "--ca-file" scan "registry:$TLS/private/app:1"
	fails 3 "docker login $TLS" scan --ca-file "$W/tls/ca.pem" "registry:$TLS/private/app:1"
	printf '%s\n' "$PASSWORD" > password
	same_id "registry:$TLS/private/app:1" --ca-file "$W/tls/ca.pem" --username "$USER_NAME" --password-file password
	BOLTSEAL_CA_FILE="$W/tls/ca.pem" BOLTSEAL_USERNAME="$USER_NAME" BOLTSEAL_PASSWORD_FILE=password same_id "registry:$TLS/private/app:1"
	same_id "registry:$TLS/private/app:1" --insecure --username "$USER_NAME" --password-file - < password
	mkdir -p "$HOME/.docker"
	printf '{"auths":{"%s":{"auth":"%s"}}}' "$TLS" "$(printf '%s:%s' "$USER_NAME" "$PASSWORD" | base64 -w0)" > "$HOME/.docker/config.json"
	same_id "registry:$TLS/private/app:1" --ca-file "$W/tls/ca.pem"
	echo wrong > password
	fails 3 "$TLS" scan --ca-file "$W/tls/ca.pem" --username "$USER_NAME" --password-file password "registry:$TLS/private/app:1"
}

@test "registry: a Bearer token for the password" {
	printf '%s' "$PASSWORD" > password
	: > "$W/token/token.requests"
	same_id "registry:$TOKEN/private/app:1" --username "$USER_NAME" --password-file password
	grep -q ' basic repository:private/app:pull 200$' "$W/token/token.requests"
	fails 3 "docker login $TOKEN" scan "registry:$TOKEN/private/app:1"
}

@test "registry: a mirror is asked first, and the registry itself when the mirror is gone" {
	same_id registry:registry.invalid/team/app:1 --mirror "registry.invalid=http://$PLAIN"
	same_id "registry:$PLAIN/team/app:1" --mirror "$PLAIN=http://127.0.0.1:1"
}

@test "archive: what docker save wrote, plain and in every compression, from a file and from standard input" {
	same_id "$IMAGES/docker-save.tar"
	[ "$(field .subject.kind)" = archive ]
	same_id archive:- < "$IMAGES/docker-save.tar"
	cat "$IMAGES/docker-save.tar" | same_id -
	for suffix in gz zst xz bz2; do
		same_id "archive:$IMAGES/docker-save.tar.$suffix"
		cat "$IMAGES/docker-save.tar.$suffix" | same_id archive:-
	done
}

@test "archive: what skopeo wrote, for Docker and as OCI, from a file and from standard input" {
	same_id "archive:$IMAGES/skopeo-docker-archive.tar"
	same "archive:$IMAGES/skopeo-oci-archive.tar"
	[ "$(field .subject.digest)" = "$(skopeo inspect --format '{{.Digest}}' "oci-archive:$IMAGES/skopeo-oci-archive.tar:app")" ]
	same "archive:$IMAGES/skopeo-oci-archive.tar:app"
	cat "$IMAGES/skopeo-oci-archive.tar" | same archive:-
	gzip -1 -c "$IMAGES/skopeo-oci-archive.tar" | same -
}

@test "oci: layouts that skopeo wrote, with gzip and zstd layers" {
	same "oci:$IMAGES/skopeo-oci:app"
	[ "$(field '.subject.digest')" = "$(skopeo inspect --format '{{.Digest}}' "oci:$IMAGES/skopeo-oci:app")" ]
	diff <(jq -r .layers[].digest "$IMAGES/skopeo-oci/blobs/sha256/$(field '.subject.digest | .[7:]')") <(field .subject.layers[].digest)
	same "$IMAGES/skopeo-oci"
	[ "$(field .subject.kind)" = oci ]
	same "oci:$IMAGES/skopeo-oci-zstd:app"
	run -1 cmp <(jq -r .subject.layers[].digest report.json) <(jq -r .layers[].digest \
		"$IMAGES/skopeo-oci/blobs/sha256/$(jq -r '.manifests[0].digest | .[7:]' "$IMAGES/skopeo-oci/index.json")")
}

@test "oci: umoci's layer on top takes one package away and brings one" {
	"$BOLTSEAL" scan --format json --output report.json "oci:$IMAGES/umoci-oci:app"
	[ "$(field '.subject.layers | length')" -eq 11 ]
	[ "$(field '.packages[] | select(.layer == 10) | .purl')" = pkg:npm/added@1.0.0 ]
	[ "$(field '.removed_packages[] | select(.removed_layer == 10) | .purl')" = pkg:npm/left-pad@1.3.0 ]
	jq -S '[.packages[] | select(.layer < 10)]' report.json > rest
	jq -S '[.packages[] | select(.name != "left-pad")]' "$W/report.json" | diff - rest
	jq -r '.subject.layers[:10][].diff_id' report.json | diff <(jq -r '.subject.layers[].diff_id' "$W/report.json") -
}

@test "oci: and archive: what buildah wrote are the same image" {
	"$BOLTSEAL" scan --format json --output report.json "oci:$IMAGES/buildah-oci:app"
	[ "$(field '.packages[] | select(.layer == 1) | .purl')" = pkg:npm/from-buildah@0.0.1 ]
	mv report.json oci.json
	"$BOLTSEAL" scan --format json --output report.json "archive:$IMAGES/buildah-docker-archive.tar"
	jq '.os, .packages, .removed_packages' report.json | diff <(jq '.os, .packages, .removed_packages' oci.json) -
	[ "$(field .subject.layers[0].diff_id)" = "$(jq -r .subject.layers[0].diff_id oci.json)" ] # the second has the time of its writing in it
	"$BOLTSEAL" scan --format json --output report.json "rootfs:$IMAGES/root"
	jq '[.packages[].purl]' report.json | diff - <(jq '[.packages[].purl] - ["pkg:npm/from-buildah@0.0.1"]' oci.json)
}

@test "rootfs: the same image unpacked has the same packages" {
	umoci unpack --image "$IMAGES/skopeo-oci:app" bundle > /dev/null 2>&1
	for subject in rootfs:bundle/rootfs ./bundle/rootfs; do
		"$BOLTSEAL" scan --format json --output report.json "$subject"
		[ "$(field .subject.kind)" = rootfs ]
		jq '.os, [.packages[] | del(.layer)]' report.json | diff <(jq '.os, [.packages[] | del(.layer)]' "$W/report.json") -
		[ "$(field '.removed_packages | length')" -eq 0 ]
	done
	rm -rf bundle
}

@test "an archive of several images: none is guessed, each is found by its name" {
	printf 'FROM boltseal-test/app\nRUN rm -rf /srv\n' > Dockerfile
	DOCKER_BUILDKIT=0 docker build --network none -q -t boltseal-test/other:2 . > /dev/null
	docker save -o both.tar boltseal-test/app:latest boltseal-test/other:2
	docker rmi -f boltseal-test/other:2 > /dev/null
	same_id archive:both.tar:boltseal-test/app:latest
	cat both.tar > again.tar
	same_id both.tar:boltseal-test/app:latest
	"$BOLTSEAL" scan --format json --output report.json archive:both.tar:boltseal-test/other:2
	[ "$(field '.removed_packages[] | select(.name == "express") | "\(.layer) \(.removed_layer)"')" = "8 10" ]
	fails 3 boltseal-test/other:2 scan archive:both.tar
	[[ $stderr == *boltseal-test/app:latest* ]]
	fails 3 boltseal-test/other:2 scan archive:both.tar:nonesuch
	rm -f both.tar again.tar
}

@test "--platform picks from a multi-platform index, in a layout and in a registry; without it, this machine's" {
	index=$(printf '%s' 'here' | sha256sum | cut -c1-12)
	make_index
	for subject in "oci:multi" "registry:$PLAIN/team/multi:$index"; do
		for platform in linux/arm64/v8 linux/s390x linux/amd64; do
			"$BOLTSEAL" scan --format json --output report.json --platform $platform "$subject"
			[ "$(field .subject.platform)" = $platform ]
			[ "$(field .packages[].purl)" = "pkg:npm/for-$(cut -d/ -f2 <<< $platform)@1.0.0" ]
		done
		"$BOLTSEAL" scan --format json --output report.json --platform linux/arm64 "$subject"
		[ "$(field .packages[].purl)" = pkg:npm/for-arm64@1.0.0 ]
		if [ "$(uname -m)" = x86_64 ]; then
			"$BOLTSEAL" scan --format json --output report.json "$subject"
			[ "$(field .packages[].purl)" = pkg:npm/for-amd64@1.0.0 ]
		fi
		fails 3 "linux/s390x" scan --platform linux/riscv64 "$subject"
		[[ $stderr == *riscv64* ]]
	done
}

# A layout "multi" with an image for each of three platforms, by buildah, and the same in the registry.
make_index() {
	buildah_here() {
		buildah --storage-driver vfs --root "$PWD/storage" --runroot "$PWD/run" "$@"
	}
	buildah_here manifest create multi > /dev/null
	for platform in amd64 arm64/v8 s390x; do
		container=$(buildah_here from --isolation chroot scratch)
		echo "{\"name\":\"for-${platform%/*}\",\"version\":\"1.0.0\"}" > package.json
		buildah_here copy -q "$container" package.json /app/node_modules/x/package.json > /dev/null
		variant=
		[ "${platform#*/}" = "$platform" ] || variant="--variant ${platform#*/}"
		# shellcheck disable=SC2086 # two words or none
		buildah_here config --os linux --arch "${platform%/*}" $variant "$container"
		# shellcheck disable=SC2086
		image=$(buildah_here commit -q "$container" "for-${platform%/*}")
		buildah_here manifest add --os linux --arch "${platform%/*}" $variant multi "$image" > /dev/null
	done
	buildah_here manifest push -q --all --format oci multi oci:multi > /dev/null
	buildah_here manifest push -q --all --format oci --tls-verify=false multi "docker://$PLAIN/team/multi:$index" > /dev/null
	buildah_here rm -a > /dev/null
	buildah_here rmi -a -f > /dev/null
}

@test "layers are of the base, the runtime or the application; --base says which image it was" {
	origins() {
		field '[.subject.layers[].origin] | join(" ")'
	}
	cp "$W/report.json" report.json
	[ "$(origins)" = "base application application application application application application application application application" ]
	printf 'FROM boltseal-test/app\nCOPY package.json /more/node_modules/more/package.json\n' > Dockerfile
	echo '{"name":"more","version":"1.0.0"}' > package.json
	DOCKER_BUILDKIT=0 docker build --network none -q -t boltseal-test/more:1 . > /dev/null
	for base in docker:boltseal-test/app "archive:$IMAGES/docker-save.tar" "oci:$IMAGES/skopeo-oci:app" "registry:$PLAIN/team/app:1"; do
		"$BOLTSEAL" scan --format json --output report.json --base "$base" docker:boltseal-test/more:1
		[ "$(origins)" = "base base base base base base base base base base application" ]
		[[ $(field .subject.layers[3].origin_reason) == *"$base"* ]]
		[ "$(field '.warnings | length')" -eq 0 ]
	done
	"$BOLTSEAL" scan --format json --output report.json --base "oci:$IMAGES/buildah-oci" docker:boltseal-test/more:1
	[ "$(field '.warnings | length')" -eq 1 ]
	[[ $(field .warnings[0].message) == *buildah-oci* ]]
	docker rmi -f boltseal-test/more:1 > /dev/null
	fails 3 "--base" scan --base "rootfs:$IMAGES/root" docker:boltseal-test/app
	fails 3 "--base" scan --base archive:nonesuch.tar docker:boltseal-test/app
}
