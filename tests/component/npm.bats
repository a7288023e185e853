#!/usr/bin/env bats
# Trees that npm itself installed, against what `npm ls` says of them. BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	lacks npm node && return 0
	export APP="$BATS_FILE_TMPDIR/app" npm_config_update_notifier=false npm_config_cache="$BATS_FILE_TMPDIR/cache"
	npm view ms@2.0.0 version --fetch-retries=0 --fetch-timeout=20000 > /dev/null 2>&1 || {
		skip_file "npm registry not reachable"
		return 0
	}
	mkdir -p "$APP/packages/one" "$APP/packages/two" "$APP/own" "$BATS_FILE_TMPDIR/bundler/node_modules/bundled"
	cd "$BATS_FILE_TMPDIR/bundler" || return 1
	echo '{"name":"bundled","version":"7.0.0"}' > node_modules/bundled/package.json
	echo '{"name":"bundler","version":"1.0.0","dependencies":{"bundled":"7.0.0"},"bundleDependencies":["bundled"]}' > package.json
	npm pack --silent --pack-destination "$APP" > /dev/null
	cd "$APP" || return 1
	cat > package.json <<-'JSON'
		{"name": "app", "version": "1.0.0", "private": true, "workspaces": ["packages/*"], "dependencies": {
			"express": "4.18.2", "send": "0.18.0", "semver": "7.5.0", "debug": "2.6.9", "lodash": "4.17.21",
			"lodash-old": "npm:lodash@3.10.1", "@babel/code-frame": "7.22.5", "@sindresorhus/is": "0.7.0", "chalk": "4.1.2",
			"glob": "7.2.3", "own": "file:./own", "bundler": "file:./bundler-1.0.0.tgz"}}
	JSON
	echo '{"name":"@w/one","version":"0.1.0","dependencies":{"debug":"3.2.7","semver":"5.7.1"}}' > packages/one/package.json
	echo '{"name":"two","version":"0.2.0","dependencies":{"@w/one":"*","ms":"2.1.3"}}' > packages/two/package.json
	echo '{"name":"own","version":"0.0.1","dependencies":{"ms":"1.0.0"}}' > own/package.json
	npm install --ignore-scripts --no-audit --no-fund > npm.log 2>&1 || { cat npm.log >&3; return 1; }
}

setup() {
	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	skip_if_told
}

catalog() {
	"$BOLT_BUILD/tests/catalog" "$@"
}

# The package.json files that the row's patterns take, as paths in the tree.
package_files() {
	find . -type f -path '*/node_modules/*' -name package.json | sed 's,^\./,,' |
		grep -E '(^|/)node_modules/(@[^/]+/)?[^/]+/package\.json$'
}

# "PATH NAME@VERSION" of every installed package, as npm sees it: without the project and its own directories, which are links.
installed_by_npm() {
	npm ls --all --parseable --long "$@" 2> /dev/null | while read -r line; do
		path=${line%%:*} what=${line#*:}
		case $path in "$APP"/*) ;; *) continue ;; esac
		[ -L "$path" ] && continue
		case $what in *@npm:*) what=${what#*@npm:} ;; esac
		echo "${path#"$APP"/} $what"
	done | LC_ALL=C sort
}

@test "an installed tree gives what npm ls gives: duplicates, scopes, aliases, bundles, workspaces" {
	cd "$APP"
	package_files | while read -r file; do catalog npm "$file"; done > found.tsv
	awk -F'\t' '{ sub("/package.json$", "", $9); print $9 " " $2 "@" $3 }' found.tsv | LC_ALL=C sort > found
	# a tarball's "version" is its address for npm ls; ours is the one in it
	installed_by_npm | sed 's,bundler@file:.*,bundler@1.0.0,' > expected
	diff expected found
	[ "$(wc -l < found)" -gt 80 ]
	grep -q '^node_modules/bundler/node_modules/bundled bundled@7.0.0$' found
	grep -q '^node_modules/lodash-old lodash@3.10.1$' found
	grep -q '^packages/one/node_modules/debug debug@3.2.7$' found
	grep -q "$(printf '^npm\tlodash\t4.17.21\t-\t-\t-\t-\tMIT\t')" found.tsv
}

@test "lock files of all three versions give what npm ls gives" {
	cd "$APP"
	installed_by_npm | sed 's/.* //; s,bundler@file:.*,bundler@1.0.0,' | LC_ALL=C sort > expected
	for version in 1 2 3; do
		mkdir -p "lock-$version"
		cp -r package.json packages own bundler-1.0.0.tgz "lock-$version/"
		(cd "lock-$version" && cp ../package-lock.json . && rm -rf packages/*/node_modules own/node_modules &&
			npm install --package-lock-only --lockfile-version "$version" --no-audit --no-fund > npm.log 2>&1)
		[ "$(node -p "require('./lock-$version/package-lock.json').lockfileVersion")" = "$version" ]
		# version 1 has only a tarball's address
		catalog npm-lock "lock-$version/package-lock.json" | awk -F'\t' '{ print $2 "@" $3 }' |
			sed 's,bundler@file:.*,bundler@1.0.0,' | LC_ALL=C sort > found
		diff expected found
	done
}

@test "npm's own record of the tree is not mistaken for a lock file" {
	cd "$APP"
	[ -f node_modules/.package-lock.json ]
	[ -z "$(catalog npm-lock node_modules/.package-lock.json)" ]
}

@test "every Node package of Debian gives its name and version" {
	[ -d /usr/share/nodejs ] || skip "no Node package of Debian is installed"
	cd /
	find usr/share/nodejs -mindepth 2 -maxdepth 3 -name package.json |
		grep -E '^usr/share/nodejs/([^@/]+|@[^/]+/[^/]+)/package\.json$' | LC_ALL=C sort > "$BATS_TEST_TMPDIR/files"
	[ -s "$BATS_TEST_TMPDIR/files" ]
	# One node for all of them: each takes a third of a second to start.
	node -e 'for (const file of require("fs").readFileSync(0, "utf8").trim().split("\n")) {
		const p = require("/" + file);
		console.log(file + ": " + (p.name && p.version ? p.name + "@" + p.version : ""));
	}' < "$BATS_TEST_TMPDIR/files" > "$BATS_TEST_TMPDIR/expected"
	while read -r file; do
		echo "$file: $(catalog npm "$file" | cut -f2,3 | tr '\t' '@')"
	done < "$BATS_TEST_TMPDIR/files" > "$BATS_TEST_TMPDIR/found"
	diff "$BATS_TEST_TMPDIR/expected" "$BATS_TEST_TMPDIR/found"
}
