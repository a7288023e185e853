/* Node packages where npm (yarn and pnpm too) and Debian install them: one package.json each
 * (npm's documentation, "package.json"; Node's documentation, "Modules: Packages"). */
#include <errno.h>
#include <string.h>

#include "core/json_pull.h"
#include "inventory/cataloger.h"
#include "inventory/limits.h"
#include "inventory/npm_record.h"

/* Directories that no package name can have are npm's own: ".cache", ".pnpm", ".lodash-K2rFz" (left by an interrupted install), and
 * "@scope", which only holds packages. */
static bool holds_a_package(const char *path)
{
	size_t end = strlen(path) - strlen("/package.json"), at = end;

	while (at > 0 && path[at - 1] != '/')
		at--;
	return path[at] != '.' && path[at] != '@';
}

static int read_members(struct bolt_json_pull *p, struct bolt_sink *sink, struct bolt_found *found)
{
	struct bolt_cursor key;
	int r = bolt_jp_enter_or_skip(p, '{'); /* JSON, but no object: nobody's package */

	while (r > 0 && (r = bolt_jp_key(p, &key)) > 0) {
		if (bolt_cursor_is(key, "name"))
			r = bolt_npm_text(p, sink, &found->name);
		else if (bolt_cursor_is(key, "version"))
			r = bolt_npm_text(p, sink, &found->version);
		else if (bolt_cursor_is(key, "license") || bolt_cursor_is(key, "licenses"))
			r = bolt_npm_licenses(p, sink, found);
		else
			r = bolt_jp_skip(p, NULL);
		r = r < 0 ? r : 1;
	}
	return r < 0 ? r : bolt_jp_end(p);
}

static int parse_package_json(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_found found = { .name = NULL };
	struct bolt_json_pull p;

	if (!holds_a_package(file->path))
		return 0;
	bolt_jp_init(&p, file->data, BOLT_RECORD_DEPTH_MAX, err);
	int r = read_members(&p, sink, &found);
	bolt_jp_done(&p);
	if ((r < 0 && r != -EBADMSG) || !found.name || !*found.name || !found.version || !*found.version)
		return r;
	int added = bolt_sink_add(sink, &found, err); /* with a name and a version it is one even if the rest is damaged */
	return added < 0 ? added : r;
}

static const char *const package_patterns[] = {
	"**/node_modules/*/package.json",
	"**/node_modules/@*/*/package.json",
	"usr/share/nodejs/*/package.json",
	"usr/share/nodejs/@*/*/package.json",
	NULL,
};

const struct bolt_cataloger bolt_cataloger_npm = {
	.name = "npm",
	.type = "npm",
	.summary = "Node packages installed in node_modules or by Debian",
	.where = BOLT_CATALOG_INSTALLED,
	.patterns = package_patterns,
	.max_bytes = BOLT_PACKAGE_FILE_MAX,
	.parse = parse_package_json,
};
