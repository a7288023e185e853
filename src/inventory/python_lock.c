/* Python lock files: poetry.lock and uv.lock (TOML; docs.astral.sh/uv, python-poetry.org) and Pipfile.lock (JSON; pipenv.pypa.io).
 * The project's own directories are left out: they are in no registry. */
#include <errno.h>

#include "core/json_pull.h"
#include "inventory/cataloger.h"
#include "inventory/limits.h"
#include "inventory/toml_lock.h"

static int add_locked(struct bolt_sink *sink, struct bolt_cursor name, struct bolt_cursor version, struct bolt_err *err)
{
	struct bolt_found found = { .name = bolt_sink_text(sink, name), .version = bolt_sink_text(sink, version) };

	if (!found.name || !found.version)
		return -ENOMEM;
	if (!*found.name)
		return bolt_err_set(err, -EBADMSG, "a package has no name");
	return bolt_sink_add(sink, &found, err);
}

/* uv: source = { editable = "." }, "virtual" or "directory". poetry: [package.source] type = "directory". */
static bool is_own(const struct bolt_toml_package *package)
{
	struct bolt_cursor source = package->source;

	if (bolt_take_prefix(&source, "{")) {
		bolt_trim(&source);
		return bolt_cursor_starts(source, "editable") || bolt_cursor_starts(source, "virtual") ||
		       bolt_cursor_starts(source, "directory");
	}
	return bolt_cursor_is(package->source_type, "directory");
}

static int parse_toml(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_toml_lock lock = bolt_toml_lock(file->data);
	struct bolt_toml_package package;
	int r;

	while ((r = bolt_toml_lock_next(&lock, &package, err)) > 0) {
		r = is_own(&package) ? 0 : add_locked(sink, package.name, package.version, err);
		if (r < 0)
			return r;
	}
	return r;
}

/* "name": {"version": "==1.2.3", ...}, or {"git": ..., "ref": commit}, or {"path": "."}. */
static int read_pipfile_package(struct bolt_json_pull *p, struct bolt_sink *sink, const char *name, struct bolt_err *err)
{
	const char *version = NULL, *ref = NULL;
	struct bolt_cursor key, text;
	int r = bolt_jp_enter_or_skip(p, '{');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_key(p, &key)) > 0) {
		bool is_version = bolt_cursor_is(key, "version"), is_ref = bolt_cursor_is(key, "ref");

		text = (struct bolt_cursor){ 0 };
		r = is_version || is_ref ? bolt_jp_text_or_skip(p, &text) : bolt_jp_skip(p, NULL);
		if (r < 0)
			return r;
		if (is_version) {
			while (bolt_take_prefix(&text, "="))
				;
			version = bolt_sink_text(sink, text);
		} else if (is_ref) {
			ref = bolt_sink_text(sink, text);
		}
		if ((is_version && !version) || (is_ref && !ref))
			return -ENOMEM;
	}
	if (r < 0 || (!version && !ref) || !*name)
		return r;
	const struct bolt_found found = { .name = name, .version = version ? version : ref };
	return bolt_sink_add(sink, &found, err);
}

/* "default", "develop" or a category of the user's own. */
static int read_pipfile_category(struct bolt_json_pull *p, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_cursor key;
	int r = bolt_jp_enter_or_skip(p, '{');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_key(p, &key)) > 0) {
		const char *name = bolt_sink_text(sink, key);

		r = name ? read_pipfile_package(p, sink, name, err) : -ENOMEM;
		if (r < 0)
			return r;
	}
	return r;
}

static int read_pipfile(struct bolt_json_pull *p, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_cursor key;
	int r = bolt_jp_enter(p, '{');

	if (r <= 0)
		return r < 0 ? r : bolt_err_set(err, -EBADMSG, "not a lock file: no JSON object");
	while ((r = bolt_jp_key(p, &key)) > 0) {
		r = bolt_cursor_is(key, "_meta") ? bolt_jp_skip(p, NULL) : read_pipfile_category(p, sink, err);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : bolt_jp_end(p);
}

static int parse_pipfile(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_json_pull p;

	bolt_jp_init(&p, file->data, BOLT_RECORD_DEPTH_MAX, err);
	int r = read_pipfile(&p, sink, err);
	bolt_jp_done(&p);
	return r;
}

static const char *const toml_patterns[] = { "**/poetry.lock", "**/uv.lock", NULL };
static const char *const pipfile_patterns[] = { "**/Pipfile.lock", NULL };

const struct bolt_cataloger bolt_cataloger_python_lock = {
	.name = "python-lock",
	.type = "pypi",
	.summary = "Python packages locked by poetry or uv: poetry.lock and uv.lock",
	.where = BOLT_CATALOG_DECLARED,
	.patterns = toml_patterns,
	.max_bytes = BOLT_TEXT_DATABASE_MAX,
	.parse = parse_toml,
};

const struct bolt_cataloger bolt_cataloger_pipfile_lock = {
	.name = "pipfile-lock",
	.type = "pypi",
	.summary = "Python packages locked by pipenv: Pipfile.lock",
	.where = BOLT_CATALOG_DECLARED,
	.patterns = pipfile_patterns,
	.max_bytes = BOLT_TEXT_DATABASE_MAX,
	.parse = parse_pipfile,
};
