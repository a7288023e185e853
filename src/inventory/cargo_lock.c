/* Cargo.lock, versions 1 to 4 (the Cargo book, "Cargo.toml vs Cargo.lock"; cargo's cargo::core::resolver::encode). A package
 * without a source is the workspace's own or a path dependency: no crate of any registry, so it is left out, lest it be taken for
 * the registry's crate of that name. */
#include <errno.h>

#include "inventory/cataloger.h"
#include "inventory/limits.h"
#include "inventory/toml_lock.h"

static int parse_cargo_lock(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_toml_lock lock = bolt_toml_lock(file->data);
	struct bolt_toml_package package;
	int r;

	while ((r = bolt_toml_lock_next(&lock, &package, err)) > 0) {
		if (package.source.left == 0)
			continue;
		struct bolt_found found = { .name = bolt_sink_text(sink, package.name),
					    .version = bolt_sink_text(sink, package.version) };
		if (!found.name || !found.version)
			return -ENOMEM;
		if (!*found.name || !*found.version)
			return bolt_err_set(err, -EBADMSG, "the package before line %zu has no name or no version", lock.line);
		r = bolt_sink_add(sink, &found, err);
		if (r < 0)
			return r;
	}
	return r;
}

static const char *const lock_patterns[] = { "**/Cargo.lock", NULL };

const struct bolt_cataloger bolt_cataloger_cargo_lock = {
	.name = "cargo-lock",
	.type = "cargo",
	.summary = "Rust crates locked by cargo: Cargo.lock",
	.where = BOLT_CATALOG_DECLARED,
	.patterns = lock_patterns,
	.max_bytes = BOLT_TEXT_DATABASE_MAX,
	.parse = parse_cargo_lock,
};
