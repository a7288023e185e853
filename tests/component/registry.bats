#!/usr/bin/env bats
# The registry client against Debian's docker-registry: plain, with TLS and passwords, with tokens, through mirrors, and behind a
# proxy that breaks things. BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	lacks docker-registry skopeo umoci htpasswd openssl && return 0
	export SERVICES_STATE="$BATS_FILE_TMPDIR" W="$BATS_FILE_TMPDIR" FETCH="$BOLT_BUILD/tests/fetch" HOME="$BATS_FILE_TMPDIR/home"
	unset DOCKER_CONFIG REGISTRY_AUTH_FILE XDG_RUNTIME_DIR http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY
	# shellcheck source=tests/lib/services.sh
	source "$BATS_TEST_DIRNAME/../lib/services.sh"
	"$SERVICES_PYTHON" -c 'import jwt, cryptography' 2> /dev/null || {
		skip_file "python3-jwt or python3-cryptography is not installed"
		return 0
	}
	mkdir -p "$HOME"
	cd "$W" || return 1
	umoci init --layout image > /dev/null && umoci new --image image:1
	head -c 3000000 /dev/urandom > big && umoci insert --image image:1 big /big

	PLAIN=127.0.0.1:$(free_port) TLS=127.0.0.1:$(free_port) TOKEN=127.0.0.1:$(free_port)
	start_registry "$W/plain" "${PLAIN#*:}" && start_registry "$W/tls" "${TLS#*:}" tls htpasswd &&
		start_registry "$W/token" "${TOKEN#*:}" token || return 1
	export PLAIN TLS TOKEN USER_NAME="$SERVICES_USER" PASSWORD="$SERVICES_PASSWORD"
	skopeo copy -q --dest-tls-verify=false oci:image:1 "docker://$PLAIN/public/app:1"
	skopeo copy -q --dest-tls-verify=false oci:image:1 "docker://$PLAIN/proxied/public/app:1"
	skopeo copy -q --dest-tls-verify=false --dest-creds "$USER_NAME:$PASSWORD" oci:image:1 "docker://$TLS/private/app:1"
	for name in public private; do
		skopeo copy -q --dest-tls-verify=false --dest-creds "$USER_NAME:$PASSWORD" oci:image:1 "docker://$TOKEN/$name/app:1"
	done
	"$FETCH" manifest "$PLAIN/public/app:1" > manifest.json
	read -r DIGEST SIZE < <("$SERVICES_PYTHON" -c 'import json; l = json.load(open("manifest.json"))["layers"][0]; print(l["digest"], l["size"])')
	export DIGEST SIZE BLOB="$W/image/blobs/sha256/${DIGEST#sha256:}"
}

teardown_file() {
	SERVICES_STATE="$BATS_FILE_TMPDIR"
	source "$BATS_TEST_DIRNAME/../lib/services.sh"
	stop_all
}

setup() {
	export SERVICES_STATE="$BATS_TEST_TMPDIR" T="$BATS_TEST_TMPDIR" HOME="$BATS_TEST_TMPDIR/home"
	source "$BATS_TEST_DIRNAME/../lib/services.sh"
	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	skip_if_told
	mkdir -p "$HOME/.docker"
	cd "$T" || return 1
}

teardown() {
	stop_all
}

# flaky NAME FAULT..: a proxy before the plain registry; its host:port is in $PROXY, what it was asked in $T/NAME.requests
flaky() {
	local name=$1 fault arguments=()
	shift
	for fault in "$@"; do
		case $fault in
		times=*) arguments+=(--times "${fault#times=}") ;;
		tls) arguments+=(--certificate "$W/tls/tls.pem" --key "$W/tls/tls.key") ;;
		*) arguments+=(--fault "$fault") ;;
		esac
	done
	: > "$T/$name.requests"
	start_python "$name" "$T" flaky_proxy.py --requests "$T/$name.requests" --upstream "$PLAIN" "${arguments[@]}"
	PROXY=127.0.0.1:$(cat "$T/$name.port")
}

# got HOST/NAME [OPTION..]: the layer comes whole
got() {
	local name=$1
	shift
	"$FETCH" "$@" blob "$name" "$DIGEST" "$SIZE" > "$T/blob" 2> "$T/said" || { cat "$T/said"; return 1; }
	cmp "$T/blob" "$BLOB"
	grep -q "^progress: $SIZE$" "$T/said"
}

# fails CODE TEXT ARGUMENT..: fetch fails with that errno and says that text
fails() {
	local code=$1 text=$2
	shift 2
	status=0
	"$FETCH" "$@" > /dev/null 2> said || status=$?
	output=$(cat said)
	[ "$status" -eq 1 ]
	[[ "$output" == *"$code: "*"$text"* ]] || { echo "said: $output"; return 1; }
}

asked() {
	grep -c "$2" "$T/$1.requests"
}

login() {
	printf '{"auths":{"%s":{"auth":"%s"}}}' "$1" "$(printf '%s:%s' "$2" "$3" | base64 -w0)" > "$HOME/.docker/config.json"
}

@test "a plain registry on this machine: manifest and layer, without being told about HTTP" {
	"$FETCH" manifest "$PLAIN/public/app:1" > manifest.json 2> said
	grep -q '^media type: application/vnd.oci.image.manifest.v1+json$' said
	skopeo inspect --raw --tls-verify=false "docker://$PLAIN/public/app:1" | cmp - manifest.json
	got "$PLAIN/public/app"
}

@test "a manifest by digest is the same manifest" {
	"$FETCH" manifest "$PLAIN/public/app@sha256:$(sha256sum < "$W/manifest.json" | cut -d' ' -f1)" 2> /dev/null | cmp - "$W/manifest.json"
}

@test "what is not there: the tag, the repository, the blob, the registry, the host" {
	fails ENOENT "127.0.0.1" manifest "$PLAIN/public/app:2"
	fails ENOENT "status 404" manifest "$PLAIN/public/other:1"
	fails ENOENT "status 404" blob "$PLAIN/public/app" "sha256:$(printf '%064d' 7)" 5
	fails ECONNREFUSED "127.0.0.1" manifest "127.0.0.1:$(free_port)/public/app:1"
	fails ENXIO "nonesuch.invalid" manifest nonesuch.invalid/public/app:1
}

@test "a reader that goes away ends the transfer quietly" {
	"$FETCH" blob "$PLAIN/public/app" "$DIGEST" "$SIZE" 2> said | head -c 10 > /dev/null
	[ "$(tail -n 1 said)" = "EPIPE: (nothing said)" ]
}

@test "a layer that is not as long as the manifest says is refused before a byte too many" {
	fails EBADMSG "the manifest says 1000" blob "$PLAIN/public/app" "$DIGEST" 1000
	fails EBADMSG "the manifest says $((SIZE + 1))" blob "$PLAIN/public/app" "$DIGEST" $((SIZE + 1))
}

@test "many threads fetch at once" {
	run --separate-stderr "$FETCH" blobs "$PLAIN/public/app" "$DIGEST" "$SIZE" 8
	[ "$status" -eq 0 ]
	[ "$(sort -u <<< "$output")" = "$DIGEST" ]
	[ "${#lines[@]}" -eq 8 ]
}

@test "TLS: an unknown authority is refused and names --ca-file; with it, and when told not to look, it works" {
	fails EKEYREJECTED "--ca-file" --user "$USER_NAME" --password "$PASSWORD" manifest "$TLS/private/app:1"
	got "$TLS/private/app" --ca-file "$W/tls/ca.pem" --user "$USER_NAME" --password "$PASSWORD"
	got "$TLS/private/app" --insecure --user "$USER_NAME" --password "$PASSWORD"
	fails EINVAL "--ca-file" --ca-file /nonexistent manifest "$TLS/private/app:1"
}

@test "Basic: without, with wrong and with right stored credentials; no secret in any message" {
	fails EACCES "docker login $TLS" --insecure manifest "$TLS/private/app:1"
	[[ "$output" == *"no credentials are stored"* ]]
	login "$TLS" "$USER_NAME" wrong-canary
	fails EACCES "docker login $TLS" --insecure manifest "$TLS/private/app:1"
	[[ "$output" == *"log in again"* && "$output" != *canary* ]]
	login "$TLS" "$USER_NAME" "$PASSWORD"
	got "$TLS/private/app" --insecure
}

@test "credentials that skopeo login stored, in a file named by REGISTRY_AUTH_FILE and in the runtime directory" {
	mkdir containers
	REGISTRY_AUTH_FILE=$T/containers/auth.json skopeo login --tls-verify=false -u "$USER_NAME" -p "$PASSWORD" "$TLS" > /dev/null
	REGISTRY_AUTH_FILE=$T/containers/auth.json got "$TLS/private/app" --insecure
	XDG_RUNTIME_DIR=$T got "$TLS/private/app" --insecure
	DOCKER_CONFIG=$T/nowhere fails EACCES "docker login" --insecure manifest "$TLS/private/app:1"
}

@test "credential helpers: found, empty-handed, missing, failing, talking without end" {
	mkdir bin
	cat > bin/docker-credential-good <<- 'END'
		#!/bin/sh
		[ "$1" = get ] || exit 2
		read -r server
		[ "$server" = "$TLS" ] || { echo "credentials not found in native keychain"; exit 1; }
		printf '{"ServerURL":"%s","Username":"%s","Secret":"%s"}' "$server" "$USER_NAME" "$PASSWORD"
	END
	printf '#!/bin/sh\necho boom-canary; exit 3\n' > bin/docker-credential-bad
	chmod +x bin/*
	export PATH="$T/bin:$PATH"
	printf '{"credHelpers":{"%s":"good"}}' "$TLS" > "$HOME/.docker/config.json"
	got "$TLS/private/app" --insecure
	printf '{"auths":{"%s":{}},"credsStore":"good"}' "$TLS" > "$HOME/.docker/config.json"
	got "$TLS/private/app" --insecure
	TLS=elsewhere fails EACCES "no credentials are stored" --insecure manifest "$TLS/private/app:1"
	printf '{"credsStore":"nonesuch"}' > "$HOME/.docker/config.json"
	fails EACCES "docker-credential-nonesuch get $TLS: there is no such program" --insecure manifest "$TLS/private/app:1"
	printf '{"credsStore":"bad"}' > "$HOME/.docker/config.json"
	fails EACCES "exit code 3" --insecure manifest "$TLS/private/app:1"
	[[ "$output" != *canary* ]]
	printf '#!/bin/sh\nexec yes\n' > bin/docker-credential-yes && chmod +x bin/docker-credential-yes
	printf '{"credsStore":"yes"}' > "$HOME/.docker/config.json"
	fails EACCES "65536" --insecure manifest "$TLS/private/app:1"
	printf '{"credsStore":"../bad"}' > "$HOME/.docker/config.json"
	fails EACCES "want 1 to 64 of" --insecure manifest "$TLS/private/app:1"
}

@test "a damaged, a huge and an absent credentials file are named" {
	printf '{"auths":{"canary' > "$HOME/.docker/config.json"
	fails EACCES "$HOME/.docker/config.json" --insecure manifest "$TLS/private/app:1"
	[[ "$output" != *canary* ]]
	head -c 2000000 /dev/zero > "$HOME/.docker/config.json"
	fails EACCES "1048576" --insecure manifest "$TLS/private/app:1"
	REGISTRY_AUTH_FILE=$T/nowhere fails EACCES "$T/nowhere" --insecure manifest "$TLS/private/app:1"
}

@test "tokens: anyone reads what is public" {
	: > "$W/token/token.requests"
	got "$TOKEN/public/app"
	grep -q '^GET anonymous repository:public/app:pull 200$' "$W/token/token.requests"
}

@test "tokens: what is private needs the user, by password or by identity token" {
	fails EACCES "docker login $TOKEN" manifest "$TOKEN/private/app:1"
	fails EACCES "docker login $TOKEN" --user "$USER_NAME" --password wrong manifest "$TOKEN/private/app:1"
	: > "$W/token/token.requests"
	got "$TOKEN/private/app" --user "$USER_NAME" --password "$PASSWORD"
	grep -q '^GET basic repository:private/app:pull 200$' "$W/token/token.requests"
	printf '{"auths":{"%s":{"identitytoken":"refresh-me-once-more"}}}' "$TOKEN" > "$HOME/.docker/config.json"
	got "$TOKEN/private/app"
	grep -q '^POST refresh repository:private/app:pull 200$' "$W/token/token.requests"
}

@test "tokens: eight threads ask for one" {
	: > "$W/token/token.requests"
	"$FETCH" --user "$USER_NAME" --password "$PASSWORD" blobs "$TOKEN/private/app" "$DIGEST" "$SIZE" 8 > /dev/null
	[ "$(wc -l < "$W/token/token.requests")" -eq 1 ]
}

@test "a broken connection is taken up where it broke" {
	flaky proxy cut=1000000 times=2
	got "$PROXY/public/app"
	[ "$(asked proxy 'blobs.*range=none')" -eq 1 ]
	[ "$(asked proxy 'blobs.*range=bytes=')" -eq 2 ]
}

@test "a server that ignores the Range does not make bytes come twice" {
	flaky proxy cut=1000000 ignore-range
	got "$PROXY/public/app"
}

@test "a part from another place than asked for is refused" {
	flaky proxy cut=1000000 lie-range
	fails EBADMSG "asked for the part from byte" blob "$PROXY/public/app" "$DIGEST" "$SIZE"
}

@test "a connection that always breaks at once is given up after five tries" {
	flaky proxy cut=0 times=100
	fails ECONNRESET "gave up after 5 tries" blob "$PROXY/public/app" "$DIGEST" "$SIZE"
	[ "$(asked proxy blobs)" -eq 5 ]
}

@test "more bytes than promised, and fewer, in chunks without a length" {
	flaky longer longer=5
	fails EBADMSG "sends more than" blob "$PROXY/public/app" "$DIGEST" "$SIZE"
	flaky shorter shorter=5
	fails ECONNRESET "stopped after $((SIZE - 5)) of $SIZE bytes" blob "$PROXY/public/app" "$DIGEST" "$SIZE"
}

@test "a server that stops sending is left for another try" {
	flaky proxy stall=1000000
	got "$PROXY/public/app" --stall-timeout 2
}

@test "a reader slower than the stall timeout is no stall" {
	"$FETCH" --stall-timeout 1 blob "$PLAIN/public/app" "$DIGEST" "$SIZE" 2> said | (sleep 4; cat) | cmp - "$BLOB"
	[ "$(cat said)" = "progress: $SIZE" ]
}

@test "429: the Retry-After is waited for; one of a day is not" {
	flaky soon busy=2
	started=$(date +%s%N)
	got "$PROXY/public/app"
	[ $(($(date +%s%N) - started)) -ge 1900000000 ]
	flaky late busy=86400
	fails EBUSY "asked to wait 86400 seconds" manifest "$PROXY/public/app:1"
}

@test "503 is tried again, and after five tries reported" {
	flaky twice error=503 times=2
	got "$PROXY/public/app"
	flaky always error=503 times=100
	fails EAGAIN "status 503" manifest "$PROXY/public/app:1"
	[ "$(asked always manifests)" -eq 5 ]
}

@test "a redirect to another host is followed without the credentials" {
	flaky store
	PLAIN=$TOKEN flaky proxy "redirect-known=http://$PROXY/v2/public/app/blobs/$DIGEST"
	got "$PROXY/private/app" --user "$USER_NAME" --password "$PASSWORD"
	[ "$(asked proxy 'blobs.*authorization=Bearer')" -eq 1 ]
	[ "$(cat store.requests)" = "GET /v2/public/app/blobs/$DIGEST range=none authorization=none" ]
}

@test "who a redirect leads to gets no credentials by asking for them, and cannot send them on" {
	flaky third
	flaky asks "token-realm=http://$PROXY/token"
	flaky proxy "redirect=http://$PROXY"
	login "$PROXY" "$USER_NAME" "$PASSWORD"
	fails EACCES "asks for credentials of its own" blob "$PROXY/public/app" "$DIGEST" "$SIZE"
	fails EACCES "asks for credentials of its own" --user "$USER_NAME" --password "$PASSWORD" blob "$PROXY/public/app" "$DIGEST" "$SIZE"
	[ "$(asked asks 'authorization=none')" -eq 2 ]
	run ! grep -v 'authorization=none' asks.requests
	[ ! -s third.requests ]
}

@test "a redirect to the same host keeps them" {
	PLAIN=$TOKEN flaky proxy detour
	got "$PROXY/private/app" --user "$USER_NAME" --password "$PASSWORD"
	[ "$(asked proxy 'blobs.*detour.*authorization=Bearer')" -eq 1 ]
}

@test "from TLS neither a redirect nor a token service leads to plain HTTP" {
	flaky proxy tls "redirect=http://$PLAIN"
	fails EPERM "leave TLS" --ca-file "$W/tls/ca.pem" blob "$PROXY/public/app" "$DIGEST" "$SIZE"
	flaky realm tls "token-realm=http://$PLAIN/token"
	fails EPERM "may not send us to one without" --ca-file "$W/tls/ca.pem" manifest "$PROXY/public/app:1"
	flaky good tls
	got "$PROXY/public/app" --ca-file "$W/tls/ca.pem"
}

@test "a proxy from the environment is used for others and not for this machine" {
	flaky proxy
	http_proxy=http://$PROXY "$FETCH" --plain-http manifest registry.invalid/public/app:1 2> /dev/null | cmp - "$W/manifest.json"
	grep -q '^GET http://registry.invalid/v2/public/app/manifests/1 ' proxy.requests
	http_proxy=http://127.0.0.1:1 https_proxy=http://127.0.0.1:1 got "$PLAIN/public/app"
	https_proxy=http://127.0.0.1:1 fails ECONNREFUSED "" manifest registry.invalid/public/app:1
}

@test "a redirect loop ends" {
	flaky proxy loop
	fails ELOOP "more than 5 redirects" blob "$PROXY/public/app" "$DIGEST" "$SIZE"
}

@test "bounded: a manifest without end, a megabyte of headers, a redirect with two megabytes of page" {
	flaky endless endless
	fails E2BIG "8388608" manifest "$PROXY/public/app:1"
	flaky page loop redirect-page=2000000
	fails E2BIG "1048576" blob "$PROXY/public/app" "$DIGEST" "$SIZE"
	flaky headers big-headers
	fails E2BIG "headers pass the bound" blob "$PROXY/public/app" "$DIGEST" "$SIZE"
}

@test "plain HTTP to another machine is refused, also by redirect, until told" {
	flaky proxy "redirect=http://192.0.2.1"
	fails EPERM "--plain-http" blob "$PROXY/public/app" "$DIGEST" "$SIZE"
	flaky file "redirect=file:///etc"
	fails EBADMSG "no URL" blob "$PROXY/public/app" "$DIGEST" "$SIZE"
	flaky ftp "redirect=ftp://127.0.0.1"
	fails EPERM "only http and https" blob "$PROXY/public/app" "$DIGEST" "$SIZE"
	flaky realm "token-realm=http://192.0.2.1/token"
	fails EPERM "--plain-http" manifest "$PROXY/public/app:1"
}

@test "a mirror written with http:// is allowed plain HTTP, and nobody else for its sake" {
	flaky mirror
	http_proxy=http://$PROXY "$FETCH" --mirror registry.invalid=http://mirror.invalid manifest registry.invalid/public/app:1 2> /dev/null |
		cmp - "$W/manifest.json"
	grep -q '^GET http://mirror.invalid/v2/public/app/manifests/1 ' mirror.requests
	flaky lacks error=404 times=100
	local lacks=$PROXY
	flaky proxy "redirect=http://192.0.2.1"
	fails EPERM "--plain-http" --mirror "$PROXY=http://$lacks" blob "$PROXY/public/app" "$DIGEST" "$SIZE"
	fails EPERM "--plain-http" --mirror other.invalid=http://192.0.2.1 blob "$PROXY/public/app" "$DIGEST" "$SIZE"
}

@test "a mirror is asked first, under its prefix; the registry is not needed" {
	flaky mirror
	"$FETCH" --mirror "registry.invalid=http://$PROXY/proxied/" manifest registry.invalid/public/app:1 2> /dev/null | cmp - "$W/manifest.json"
	grep -q 'GET /v2/proxied/public/app/manifests/1 ' mirror.requests
}

@test "a mirror that is away, lacks the image or breaks in the middle: the registry goes on, and the reason is told" {
	"$FETCH" --mirror "$PLAIN=127.0.0.1:$(free_port)" manifest "$PLAIN/public/app:1" 2> said | cmp - "$W/manifest.json"
	grep -q 'warning: mirror 127.0.0.1:.* not used for .*/public/app: .*connect' said
	flaky lacks
	"$FETCH" --mirror "$PLAIN=http://$PROXY/nothing-here" manifest "$PLAIN/public/app:1" 2> said | cmp - "$W/manifest.json"
	grep -q 'warning: mirror .*status 404' said
	flaky breaks cut=1000 times=1000
	got "$PLAIN/public/app" --mirror "$PLAIN=http://$PROXY"
	grep -q 'warning: mirror .*gave up after' said
}

@test "the user name for the registry is not given to its mirror" {
	PLAIN=$TOKEN flaky mirror
	: > "$W/token/token.requests"
	got "$TLS/private/app" --insecure --user "$USER_NAME" --password "$PASSWORD" --mirror "$TLS=http://$PROXY"
	grep -q '^GET anonymous repository:private/app:pull 200$' "$W/token/token.requests"
	run ! grep -q basic "$W/token/token.requests"
}

@test "malformed references, mirrors and half credentials are refused before anything is sent" {
	fails EINVAL "lower-case" manifest "$PLAIN/Public/app:1"
	fails EINVAL "want REGISTRY=URL" --mirror nonsense manifest "$PLAIN/public/app:1"
	fails EINVAL "without a password" --user someone manifest "$PLAIN/public/app:1"
	fails EINVAL "digest" blob "$PLAIN/public/app" sha256:../../x 5
}
