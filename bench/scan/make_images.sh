#!/bin/sh
# make_images.sh [DIR]: the realistic benchmark images, built layer by layer as people build them. In DIR (.cache/bench of the tree):
#   small-gzip.tar small-zstd.tar   Debian bookworm, python3, a few hundred npm packages, Go and Rust programs
#   large-gzip.tar large-zstd.tar   that and compilers, a Java runtime, scientific Python, more npm packages
# each an OCI archive (layout in a tar), and beside it the layout directory itself (small-gzip/ ...). What is there is kept.
# Go and Rust programs go in only where the compilers are. Needs root, debootstrap, umoci, skopeo, npm.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
top=$(CDPATH='' cd -- "$here/../.." && pwd)
out=${1:-${BOLT_CACHE:-$top/.cache}/bench}
mkdir -p "$out"
work=

cleanup() {
	[ -z "$work" ] || rm -rf --one-file-system "$work"
}
trap cleanup EXIT
trap 'exit 3' INT TERM

say() {
	echo "make_images: $*"
}

layer() {
	umoci repack --refresh-bundle --history.created_by "$1" --image "$work/image:latest" "$work/bundle" >>"$work/log" 2>&1
	say "layer: $1"
}

install_packages() {
	printf '#!/bin/sh\nexit 101\n' >"$work/bundle/rootfs/usr/sbin/policy-rc.d"
	chmod 755 "$work/bundle/rootfs/usr/sbin/policy-rc.d"
	# Java's installation wants /proc; in a mount namespace of its own it is gone when this ends, however it ends.
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare --mount sh -c 'mount -t proc proc "$1/proc" && exec chroot "$1" sh -c "export DEBIAN_FRONTEND=noninteractive
		apt-get -q update && apt-get -q -y --no-install-recommends install $2"' - "$work/bundle/rootfs" "$*" >>"$work/log" 2>&1 || {
		tail -n 20 "$work/log" >&2
		exit 3
	}
	rm -rf "$work"/bundle/rootfs/var/cache/apt/*.bin "$work"/bundle/rootfs/var/cache/apt/archives/*.deb \
		"$work"/bundle/rootfs/var/lib/apt/lists/*_* "$work/bundle/rootfs/usr/sbin/policy-rc.d"
	layer "apt-get install $*"
}

npm_packages() {
	mkdir -p "$work/bundle/rootfs/$1"
	cp "$here/$2" "$work/bundle/rootfs/$1/package.json"
	(cd "$work/bundle/rootfs/$1" && npm install --ignore-scripts --no-audit --no-fund --loglevel error) >>"$work/log" 2>&1 || {
		tail -n 20 "$work/log" >&2
		exit 3
	}
	layer "npm install in /$1"
}

compiled_programs() {
	mkdir -p "$work/bundle/rootfs/usr/local/bin"
	if command -v go >/dev/null; then
		mkdir -p "$work/go"
		printf 'module example.org/hello\ngo 1.19\n' >"$work/go/go.mod"
		printf 'package main\nimport ("fmt"; "net/http")\nfunc main() { fmt.Println(http.ListenAndServe("localhost:0", nil)) }\n' >"$work/go/main.go"
		(cd "$work/go" && CGO_ENABLED=0 go build -o "$work/bundle/rootfs/usr/local/bin/hello-go" .) && say "with a Go program"
	fi
	if command -v rustc >/dev/null; then
		echo 'fn main() { println!("hello"); }' >"$work/hello.rs"
		rustc -O -o "$work/bundle/rootfs/usr/local/bin/hello-rust" "$work/hello.rs" && say "with a Rust program"
	fi
	layer "compiled programs"
}

# The image's layout in gzip and zstd form, each also as one tar.
publish() {
	for form in gzip zstd; do
		rm -rf "${out:?}/$1-$form" "$out/$1-$form.tar"
		skopeo --insecure-policy copy -q --dest-compress-format "$form" "docker-archive:$work/plain.tar" "oci:$out/$1-$form:latest"
		tar -C "$out/$1-$form" -cf "$out/$1-$form.tar" oci-layout index.json blobs
		say "$out/$1-$form.tar: $(du -m "$out/$1-$form.tar" | cut -f 1) MB"
	done
}

# One image; the plain copy in between is what makes both forms be compressed by the same program.
save() {
	rm -f "$work/plain.tar"
	skopeo --insecure-policy copy -q "oci:$work/image:latest" "docker-archive:$work/plain.tar:bench/$1:latest"
	publish "$1"
}

if [ -s "$out/small-zstd.tar" ] && [ -s "$out/large-zstd.tar" ]; then
	say "images are there: $out"
	exit 0
fi
work=$(mktemp -d "$out/work.XXXXXX")
umoci init --layout "$work/image"
umoci new --image "$work/image:latest"
umoci unpack --image "$work/image:latest" "$work/bundle" >"$work/log" 2>&1
rmdir "$work/bundle/rootfs"
"$top/tests/lib/make_debian_root.sh" bookworm "$work/bundle/rootfs"
layer "debootstrap bookworm"
install_packages python3 python3-yaml ca-certificates
npm_packages srv/app packages-small.json
compiled_programs
save small
install_packages nodejs default-jdk-headless golang-go rustc
install_packages clang llvm-dev python3-scipy python3-pandas maven
npm_packages srv/site packages-large.json
save large
