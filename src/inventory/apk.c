/* Alpine packages as apk records them (apk-tools 2 and 3, "installed" database): stanzas of "K:value" lines, a blank line between,
 * K one letter. F: starts a directory, R: names a file in it. */
#include <errno.h>
#include <string.h>

#include "inventory/cataloger.h"
#include "inventory/limits.h"

enum field { PACKAGE, VERSION, ARCH, LICENSE, ORIGIN, DIRECTORY, FIELDS };
static const char letters[FIELDS + 1] = "PVALoF";

struct state {
	struct bolt_sink *sink;
	struct bolt_cursor fields[FIELDS];
	uint64_t paths_bytes_left;
	size_t packages, damaged;
	struct bolt_err damage; /* the first */
};

static void note_damage(struct state *s, const char *what, struct bolt_cursor where)
{
	if (s->damaged++ == 0)
		(void) bolt_err_set(&s->damage, -EBADMSG, "%s: '%.*s'", what, (int) (where.left < 80 ? where.left : 80),
				    (const char *) where.p);
}

static int add_package(struct state *s, struct bolt_err *err)
{
	const struct bolt_cursor *fields = s->fields;

	if (fields[PACKAGE].left == 0)
		return 0;
	if (fields[VERSION].left == 0) {
		note_damage(s, "a package without a version", fields[PACKAGE]);
		return 0;
	}
	struct bolt_found found = {
		.name = bolt_sink_text(s->sink, fields[PACKAGE]),
		.version = bolt_sink_text(s->sink, fields[VERSION]),
	};
	if (!found.name || !found.version)
		return -ENOMEM;
	if (fields[ARCH].left > 0 && !(found.arch = bolt_sink_text(s->sink, fields[ARCH])))
		return -ENOMEM;
	if (fields[ORIGIN].left > 0) {
		found.source_name = bolt_sink_text(s->sink, fields[ORIGIN]);
		found.source_version = found.version; /* Alpine builds all packages of one origin together */
		if (!found.source_name)
			return -ENOMEM;
	}
	int r = bolt_sink_license(s->sink, &found, fields[LICENSE]);
	if (r == 0)
		r = bolt_sink_add(s->sink, &found, err);
	s->packages += r == 0;
	return r;
}

static int add_file(struct state *s, struct bolt_cursor name)
{
	struct bolt_cursor directory = s->fields[DIRECTORY];
	char path[4096];
	size_t n = directory.left + 1 + name.left;

	if (n > sizeof(path) || s->fields[PACKAGE].left == 0) {
		note_damage(s, n > sizeof(path) ? "a file name too long" : "a file of no package", name);
		return 0;
	}
	if (n > s->paths_bytes_left) {
		note_damage(s, "file names past the bound of all file names", name);
		return 0;
	}
	s->paths_bytes_left -= n;
	memcpy(path, directory.p ? (const char *) directory.p : "", directory.left);
	path[directory.left] = '/';
	memcpy(path + directory.left + 1, name.p, name.left);
	return bolt_sink_owns(s->sink, "apk", s->fields[PACKAGE], bolt_cursor(path, n));
}

static int take_line(struct state *s, struct bolt_cursor line)
{
	if (line.left < 2 || line.p[1] != ':' || memchr(line.p, 0, line.left)) {
		note_damage(s, "a line that is not of the form X:value", line);
		return 0;
	}
	struct bolt_cursor value = bolt_cursor(line.p + 2, line.left - 2);
	if (line.p[0] == 'R')
		return add_file(s, value);
	const char *letter = strchr(letters, line.p[0]);
	if (letter)
		s->fields[letter - letters] = value;
	return 0;
}

static int parse_installed(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct state s = { .sink = sink, .paths_bytes_left = BOLT_OWNED_PATH_BYTES_MAX, .damage = { .msg = "" } };
	struct bolt_cursor data = file->data, line;
	int r = 0;

	for (bool more = true; more && r == 0;) {
		more = bolt_take_line(&data, &line);
		if (more && line.left > 0) {
			r = take_line(&s, line);
		} else {
			r = add_package(&s, err);
			memset(s.fields, 0, sizeof(s.fields));
		}
	}
	if (r < 0)
		return r;
	if (s.damaged > 0)
		return bolt_err_set(err, -EBADMSG, "%zu damaged places, the first: %s (%zu packages read)", s.damaged, s.damage.msg,
				    s.packages);
	return 0;
}

static const char *const patterns[] = { "lib/apk/db/installed", "usr/lib/apk/db/installed", NULL };

const struct bolt_cataloger bolt_cataloger_apk = {
	.name = "apk",
	.type = "apk",
	.summary = "Alpine packages installed by apk",
	.where = BOLT_CATALOG_INSTALLED,
	.patterns = patterns,
	.max_bytes = BOLT_TEXT_DATABASE_MAX,
	.parse = parse_installed,
};
