/* Debian packages as dpkg records them: the status database (deb822, dpkg(1) 1.21), status.d of images built without dpkg, the
 * lists of installed files, and the machine-readable copyright files (DEP-5). */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "core/text.h"
#include "inventory/cataloger.h"
#include "inventory/limits.h"

enum field { FIELD_PACKAGE, FIELD_STATUS, FIELD_VERSION, FIELD_ARCH, FIELD_SOURCE, FIELDS };

static const char *const field_names[FIELDS] = { "Package", "Status", "Version", "Architecture", "Source" };

static bool same_word(struct bolt_cursor c, const char *word)
{
	size_t n = strlen(word);

	return c.left == n && strncasecmp((const char *) c.p, word, n) == 0;
}

/* As much of a stranger's name as fits a message. */
static int short_len(struct bolt_cursor c)
{
	return c.left < 200 ? (int) c.left : 200;
}

/* "install ok installed": the third word says whether its files are there. Packages that are half there are there. */
static bool is_installed(struct bolt_cursor status)
{
	struct bolt_cursor word = { 0 };

	for (int i = 0; i < 3; i++) {
		bolt_trim(&status);
		if (!bolt_take_until(&status, ' ', &word))
			return false;
	}
	return !bolt_cursor_is(word, "not-installed") && !bolt_cursor_is(word, "config-files");
}

static int add_package(struct bolt_sink *sink, const struct bolt_cursor *fields, bool want_status, struct bolt_err *err)
{
	struct bolt_cursor source = fields[FIELD_SOURCE], source_version = { 0 };

	if (fields[FIELD_PACKAGE].left == 0 || (want_status && !is_installed(fields[FIELD_STATUS])))
		return 0;
	if (fields[FIELD_VERSION].left == 0)
		return bolt_err_set(err, -EBADMSG, "package '%.*s' has no Version", short_len(fields[FIELD_PACKAGE]),
				    (const char *) fields[FIELD_PACKAGE].p);

	/* "Source: name (version)"; the version is there only when it differs, the field only when the name or the version does. */
	if (source.left == 0) {
		source = fields[FIELD_PACKAGE];
	} else if (bolt_take_until(&source, '(', &source_version)) {
		struct bolt_cursor rest = source;

		source = source_version;
		source_version = (struct bolt_cursor){ 0 };
		if (rest.left > 0)
			(void) bolt_take_until(&rest, ')', &source_version);
		bolt_trim(&source);
		bolt_trim(&source_version);
	}
	if (source_version.left == 0)
		source_version = fields[FIELD_VERSION];

	struct bolt_found found = {
		.name = bolt_sink_text(sink, fields[FIELD_PACKAGE]),
		.version = bolt_sink_text(sink, fields[FIELD_VERSION]),
		.source_name = bolt_sink_text(sink, source),
		.source_version = bolt_sink_text(sink, source_version),
	};
	if (!found.name || !found.version || !found.source_name || !found.source_version)
		return -ENOMEM;
	if (fields[FIELD_ARCH].left > 0 && !(found.arch = bolt_sink_text(sink, fields[FIELD_ARCH])))
		return -ENOMEM;
	return bolt_sink_add(sink, &found, err);
}

static int parse_stanzas(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	bool one_package_a_file = strcmp(file->path, "var/lib/dpkg/status") != 0;
	struct bolt_cursor data = file->data, line, fields[FIELDS] = { 0 };
	size_t stanzas = 0, strays = 0;
	int r = 0, damaged = 0;
	struct bolt_err damage;

	for (bool more = true; more;) {
		more = bolt_take_line(&data, &line);
		if (!more || line.left == 0) {
			stanzas += fields[FIELD_PACKAGE].left > 0;
			r = add_package(sink, fields, !one_package_a_file, &damage);
			memset(fields, 0, sizeof(fields));
			if (r == -EBADMSG)
				damaged = bolt_err_set(err, r, "%s", damage.msg); /* costs this stanza, not the others */
			else if (r < 0)
				return bolt_err_set(err, r, "%s", bolt_err_text(&damage, r));
			continue;
		}
		if (line.p[0] == ' ' || line.p[0] == '\t' || line.p[0] == '#')
			continue;
		struct bolt_cursor value = line, name;
		(void) bolt_take_until(&value, ':', &name);
		if (name.left == line.left || memchr(line.p, 0, line.left)) {
			strays++;
			continue;
		}
		bolt_trim(&value);
		for (int i = 0; i < FIELDS; i++) {
			if (same_word(name, field_names[i]))
				fields[i] = value;
		}
	}
	if (strays > 0 && damaged == 0)
		damaged = bolt_err_set(err, -EBADMSG, "%zu lines are neither a field nor a continuation (%zu packages read)",
				       strays, stanzas);
	return damaged;
}

/* status.d/NAME.md5sums, which distroless images have instead of info/NAME.list: "<MD5>  <relative path>" a line. */
static int parse_md5sums(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	const char *base = bolt_basename(file->path);
	struct bolt_cursor name = bolt_cursor(base, strlen(base) - strlen(".md5sums")), data = file->data, path, sum;

	while (bolt_take_line(&data, &path)) {
		if (!bolt_take_until(&path, ' ', &sum))
			continue;
		bolt_trim(&path);
		int r = path.left > 0 ? bolt_sink_owns(sink, "deb", name, path) : 0;
		if (r < 0)
			return bolt_err_set(err, r, "out of memory");
	}
	return 0;
}

static int parse_status(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	return bolt_ends_with(file->path, ".md5sums") ? parse_md5sums(file, sink, err) : parse_stanzas(file, sink, err);
}

/* info/NAME.list or info/NAME:ARCH.list: one absolute path a line. */
static int parse_list(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	const char *base = bolt_basename(file->path);
	struct bolt_cursor name = bolt_cursor(base, strlen(base) - strlen(".list")), data = file->data, line;

	while (bolt_take_line(&data, &line)) {
		int r = bolt_sink_owns(sink, "deb", name, line);

		if (r < 0)
			return bolt_err_set(err, r, "out of memory");
	}
	return 0;
}

/* DEP-5: "Format:" first, then paragraphs with "License: SHORT-NAME". Free-form files name none that a machine could trust. */
static int parse_copyright(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_cursor data = file->data, line;
	struct bolt_cursor name = bolt_cursor(file->path, strlen(file->path) - strlen("/copyright"));
	const uint8_t *slash = memrchr(name.p, '/', name.left);
	bool machine_readable = false;

	if (slash) {
		name.left -= (size_t) (slash + 1 - name.p);
		name.p = slash + 1;
	}
	while (bolt_take_line(&data, &line)) {
		if (bolt_cursor_starts(line, "Format:") || bolt_cursor_starts(line, "Format-Specification:"))
			machine_readable = true;
		if (!machine_readable || !bolt_take_prefix(&line, "License:"))
			continue;
		int r = bolt_sink_license_of(sink, "deb", name, line);
		if (r < 0)
			return bolt_err_set(err, r, "out of memory");
	}
	return 0;
}

static const char *const status_patterns[] = { "var/lib/dpkg/status", "var/lib/dpkg/status.d/*", NULL };
static const char *const list_patterns[] = { "var/lib/dpkg/info/*.list", NULL };
static const char *const copyright_patterns[] = { "usr/share/doc/*/copyright", NULL };

const struct bolt_cataloger bolt_cataloger_dpkg = {
	.name = "dpkg",
	.type = "deb",
	.summary = "Debian packages: dpkg's status database and status.d",
	.where = BOLT_CATALOG_INSTALLED,
	.patterns = status_patterns,
	.max_bytes = BOLT_TEXT_DATABASE_MAX,
	.parse = parse_status,
};

const struct bolt_cataloger bolt_cataloger_dpkg_files = {
	.name = "dpkg-files",
	.type = "deb",
	.summary = "which Debian package installed which file",
	.where = BOLT_CATALOG_INSTALLED,
	.patterns = list_patterns,
	.max_bytes = BOLT_PACKAGE_FILE_MAX,
	.parse = parse_list,
};

const struct bolt_cataloger bolt_cataloger_dpkg_copyright = {
	.name = "dpkg-copyright",
	.type = "deb",
	.summary = "licences of Debian packages, from machine-readable copyright files",
	.where = BOLT_CATALOG_INSTALLED,
	.patterns = copyright_patterns,
	.max_bytes = BOLT_PACKAGE_FILE_MAX,
	.parse = parse_copyright,
};
