/* The text of Go's build info: one module a line, tab separated (runtime/debug BuildInfo's own form). */
#include <errno.h>
#include <string.h>

#include "inventory/go_build_info.h"

enum { MARK_BYTES = 16 };

struct module {
	struct bolt_cursor path, version;
};

static int add_module(struct bolt_sink *sink, const struct module *module, struct bolt_err *err)
{
	if (module->path.left == 0)
		return 0;
	struct bolt_found found = {
		.type = "golang",
		.name = bolt_sink_text(sink, module->path),
		.version = bolt_sink_text(sink, module->version),
	};
	if (!found.name || !found.version)
		return -ENOMEM;
	return *found.name ? bolt_sink_add(sink, &found, err) : 0;
}

/* "go1.22.1 X:boringcrypto" is "1.22.1", "devel go1.23-f2d2a1 Mon..." is "1.23-f2d2a1"; of "devel +f2d2a1" no number is known. */
static int add_stdlib(struct bolt_sink *sink, struct bolt_cursor version, struct bolt_err *err)
{
	struct module stdlib = { .path = bolt_cursor("stdlib", strlen("stdlib")), .version = version };
	struct bolt_cursor word;

	if (version.left == 0)
		return 0;
	while (bolt_take_until(&version, ' ', &word)) {
		if (!bolt_take_prefix(&word, "go") || word.left == 0 || word.p[0] < '0' || word.p[0] > '9')
			continue;
		stdlib.version = word;
		break;
	}
	return add_module(sink, &stdlib, err);
}

/* A directory replaces the module's code but not its name. */
static void replace(struct module *module, struct bolt_cursor path, struct bolt_cursor version)
{
	if (path.left > 0 && path.p[0] != '.' && path.p[0] != '/')
		module->path = path;
	module->version = version.left > 0 ? version : bolt_cursor("(devel)", strlen("(devel)"));
}

int bolt_go_modules(struct bolt_cursor version, struct bolt_cursor modules, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_cursor line, word, path, module_version;
	struct module module = { 0 };
	int r = add_stdlib(sink, version, err);

	if (r < 0)
		return r;
	if (modules.left >= 2 * MARK_BYTES + 1 && modules.p[modules.left - MARK_BYTES - 1] == '\n')
		modules = bolt_cursor(modules.p + MARK_BYTES, modules.left - 2 * MARK_BYTES);
	while (bolt_take_line(&modules, &line)) {
		bool replaces = bolt_cursor_starts(line, "=>\t");

		if (!replaces && !bolt_cursor_starts(line, "mod\t") && !bolt_cursor_starts(line, "dep\t"))
			continue;
		path = module_version = (struct bolt_cursor){ 0 };
		(void) bolt_take_until(&line, '\t', &word);
		(void) bolt_take_until(&line, '\t', &path);
		(void) bolt_take_until(&line, '\t', &module_version);
		if (replaces) {
			replace(&module, path, module_version);
			continue;
		}
		r = add_module(sink, &module, err); /* the one before: a replacement would have followed it at once */
		if (r < 0)
			return r;
		module = (struct module){ path, module_version };
	}
	return add_module(sink, &module, err);
}
