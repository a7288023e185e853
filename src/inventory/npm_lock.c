/* npm's lock files, lockfileVersion 1 to 3 (npm's documentation, "package-lock.json"). Version 3 lists every package by the path of
 * its directory under "packages"; version 1 nests them under "dependencies"; version 2 does both, and "packages" is the one npm
 * reads.
 */
#include <errno.h>
#include <string.h>

#include "core/json_pull.h"
#include "inventory/cataloger.h"
#include "inventory/limits.h"
#include "inventory/npm_record.h"

/* One package while its members are read, in whatever order they come. Texts live in the sink. */
struct entry {
	struct bolt_found found;
	const char *resolved;
	bool link; /* a symbolic link to the project's own directory */
};

static int read_member(struct bolt_json_pull *p, struct bolt_sink *sink, struct bolt_cursor key, struct entry *entry)
{
	if (bolt_cursor_is(key, "version"))
		return bolt_npm_text(p, sink, &entry->found.version);
	if (bolt_cursor_is(key, "resolved"))
		return bolt_npm_text(p, sink, &entry->resolved);
	if (bolt_cursor_is(key, "license"))
		return bolt_npm_licenses(p, sink, &entry->found);
	if (bolt_cursor_is(key, "link"))
		return bolt_jp_skip(p, &entry->link);
	return bolt_jp_skip(p, NULL);
}

/* "a/node_modules/@scope/b" gives "@scope/b". false: a directory of the project's own (the root, a workspace). */
static bool name_of_directory(struct bolt_cursor directory, struct bolt_cursor *ret_name)
{
	static const char mark[] = "node_modules/";
	const size_t n = strlen(mark);

	for (size_t at = directory.left; at-- > 0;) {
		if (directory.p[at] != '/' || at + 1 < n || memcmp(directory.p + at + 1 - n, mark, n) != 0)
			continue;
		if (at + 1 > n && directory.p[at - n] != '/')
			continue;
		*ret_name = bolt_cursor(directory.p + at + 1, directory.left - at - 1);
		return ret_name->left > 0;
	}
	return false;
}

/* "packages": {"node_modules/a": {"version": ..., "name": only where it differs from the directory's}}. */
static int read_package(struct bolt_json_pull *p, struct bolt_sink *sink, struct bolt_cursor directory, struct bolt_err *err)
{
	struct entry entry = { .found = { .name = NULL } };
	struct bolt_cursor name, key;
	bool foreign = name_of_directory(directory, &name);

	if (foreign && !(entry.found.name = bolt_sink_text(sink, name)))
		return -ENOMEM;
	int r = foreign ? bolt_jp_enter_or_skip(p, '{') : bolt_jp_skip(p, NULL);
	if (r <= 0)
		return r;
	while ((r = bolt_jp_key(p, &key)) > 0) {
		r = bolt_cursor_is(key, "name") ? bolt_npm_text(p, sink, &entry.found.name) : read_member(p, sink, key, &entry);
		if (r < 0)
			return r;
	}
	if (r < 0 || entry.link || !*entry.found.name || (!entry.found.version && !entry.resolved))
		return r;
	if (!entry.found.version)
		entry.found.version = "";
	return bolt_sink_add(sink, &entry.found, err);
}

static int read_packages(struct bolt_json_pull *p, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_cursor directory;
	int r = bolt_jp_enter_or_skip(p, '{');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_key(p, &directory)) > 0) {
		r = read_package(p, sink, directory, err);
		if (r < 0)
			return r;
	}
	return r;
}

/* Version 1 wrote into "version" where a package comes from when that is not the registry: "npm:real@1.2.3" behind an alias,
 * "file:../lib" for a directory of the project's own, a tarball's or repository's address as it stands for the rest. */
static int add_dependency(struct bolt_sink *sink, struct bolt_found *found, struct bolt_err *err)
{
	struct bolt_cursor version, name;

	if (!*found->name || !found->version || !*found->version)
		return 0;
	version = bolt_cursor(found->version, strlen(found->version));
	if (bolt_npm_is_own_directory(version))
		return 0;
	if (bolt_take_prefix(&version, "npm:") && bolt_npm_split(version, &name, &version) && name.left > 0) {
		found->name = bolt_sink_text(sink, name);
		found->version = bolt_sink_text(sink, version);
		if (!found->name || !found->version)
			return -ENOMEM;
	}
	return bolt_sink_add(sink, found, err);
}

static int read_dependencies(struct bolt_json_pull *p, struct bolt_sink *sink, struct bolt_err *err);

static int read_dependency(struct bolt_json_pull *p, struct bolt_sink *sink, struct bolt_cursor name, struct bolt_err *err)
{
	struct entry entry = { .found = { .name = bolt_sink_text(sink, name) } };
	struct bolt_cursor key;
	int r = entry.found.name ? bolt_jp_enter_or_skip(p, '{') : -ENOMEM;

	if (r <= 0)
		return r;
	while ((r = bolt_jp_key(p, &key)) > 0) {
		r = bolt_cursor_is(key, "dependencies") ? read_dependencies(p, sink, err) : read_member(p, sink, key, &entry);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : add_dependency(sink, &entry.found, err);
}

/* "dependencies": {"a": {"version": ..., "dependencies": {...}}}. Recursion is bounded by the reader's depth, two levels a call. */
static int read_dependencies(struct bolt_json_pull *p, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_cursor name;
	int r = bolt_jp_enter_or_skip(p, '{');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_key(p, &name)) > 0) {
		r = read_dependency(p, sink, name, err);
		if (r < 0)
			return r;
	}
	return r;
}

/* Where the two members of the document begin; empty when it has none. Passing over the rest checks that the whole is JSON. */
static int find_sections(const struct bolt_catalog_file *file, struct bolt_cursor *packages, struct bolt_cursor *dependencies,
			 struct bolt_err *err)
{
	struct bolt_cursor key;
	struct bolt_json_pull p;

	bolt_jp_init(&p, file->data, BOLT_RECORD_DEPTH_MAX, err);
	int r = bolt_jp_enter(&p, '{');
	if (r == 0)
		r = bolt_err_set(err, -EBADMSG, "not a lock file: no JSON object");
	while (r > 0 && (r = bolt_jp_key(&p, &key)) > 0) {
		if (bolt_cursor_is(key, "packages"))
			*packages = p.at;
		else if (bolt_cursor_is(key, "dependencies"))
			*dependencies = p.at;
		r = bolt_jp_skip(&p, NULL);
		r = r < 0 ? r : 1;
	}
	if (r == 0)
		r = bolt_jp_end(&p);
	bolt_jp_done(&p);
	return r;
}

static int parse_npm_lock(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_cursor packages = { 0 }, dependencies = { 0 };
	struct bolt_json_pull p;

	if (bolt_npm_in_node_modules(file->path))
		return 0;
	int whole = find_sections(file, &packages, &dependencies, err);
	if (whole < 0 && whole != -EBADMSG)
		return whole;
	bolt_jp_init(&p, packages.left > 0 ? packages : dependencies, BOLT_RECORD_DEPTH_MAX, whole < 0 ? NULL : err);
	int r = packages.left > 0 ? read_packages(&p, sink, err) : dependencies.left > 0 ? read_dependencies(&p, sink, err) : 0;
	bolt_jp_done(&p);
	return whole < 0 && r == -EBADMSG ? whole : r < 0 ? r : whole;
}

static const char *const lock_patterns[] = { "**/package-lock.json", "**/npm-shrinkwrap.json", NULL };

const struct bolt_cataloger bolt_cataloger_npm_lock = {
	.name = "npm-lock",
	.type = "npm",
	.summary = "Node packages locked by npm: package-lock.json and npm-shrinkwrap.json",
	.where = BOLT_CATALOG_DECLARED,
	.patterns = lock_patterns,
	.max_bytes = BOLT_TEXT_DATABASE_MAX,
	.parse = parse_npm_lock,
};
