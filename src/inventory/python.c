/* Python distributions as installers record them (packaging.python.org: "Recording installed projects", "Core metadata
 * specifications"): METADATA in *.dist-info, PKG-INFO in *.egg-info and eggs, or the .egg-info file itself; and RECORD, the list of
 * the files that came with one. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "inventory/cataloger.h"
#include "inventory/limits.h"

/* A License field that is longer, or goes on for lines, holds the licence's text and not its name. */
enum { LICENSE_NAME_MAX = 120 };

struct headers {
	struct bolt_cursor name, version, license, expression;
	bool license_is_text;
};

static bool same_word(struct bolt_cursor c, const char *word)
{
	return c.left == strlen(word) && strncasecmp((const char *) c.p, word, c.left) == 0;
}

/* "License :: OSI Approved :: MIT License" names it in the last part; the two groups alone name none. */
static int add_classifier(struct bolt_sink *sink, struct bolt_found *found, struct bolt_cursor value)
{
	struct bolt_cursor last = value;

	if (!bolt_take_prefix(&last, "License ::"))
		return 0;
	for (size_t at = last.left; at-- > 1;) {
		if (last.p[at] == ':' && last.p[at - 1] == ':') {
			last = bolt_cursor(last.p + at + 1, last.left - at - 1);
			break;
		}
	}
	bolt_trim(&last);
	if (bolt_cursor_is(last, "OSI Approved") || bolt_cursor_is(last, "DFSG approved"))
		return 0;
	return bolt_sink_license(sink, found, last);
}

/* The first of each counts, as for importlib.metadata. Classifiers are kept apart in `classified`. */
static int read_header(struct bolt_cursor line, struct headers *headers, struct bolt_sink *sink, struct bolt_found *classified)
{
	struct bolt_cursor value = line, name = { 0 };
	struct bolt_cursor *field = NULL;

	(void) bolt_take_until(&value, ':', &name);
	bolt_trim(&value);
	if (same_word(name, "Classifier"))
		return add_classifier(sink, classified, value);
	if (same_word(name, "Name"))
		field = &headers->name;
	else if (same_word(name, "Version"))
		field = &headers->version;
	else if (same_word(name, "License"))
		field = &headers->license;
	else if (same_word(name, "License-Expression"))
		field = &headers->expression;
	if (field && field->left == 0)
		*field = value;
	return 0;
}

static int read_headers(struct bolt_cursor data, struct headers *headers, struct bolt_sink *sink, struct bolt_found *classified)
{
	struct bolt_cursor line, previous = { 0 };

	(void) bolt_take_prefix(&data, "\xef\xbb\xbf");
	while (bolt_take_line(&data, &line)) {
		if (line.left == 0)
			break; /* what follows is the description */
		if (line.p[0] == ' ' || line.p[0] == '\t') {
			headers->license_is_text |= bolt_cursor_starts(previous, "License:");
			continue;
		}
		previous = line;
		int r = read_header(line, headers, sink, classified);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The SPDX expression where there is one; else a short License field; else what the classifiers say. */
static int choose_license(struct bolt_sink *sink, const struct headers *headers, struct bolt_found *found)
{
	bool named = headers->license.left > 0 && headers->license.left <= LICENSE_NAME_MAX && !headers->license_is_text &&
		     !same_word(headers->license, "UNKNOWN");

	if (headers->expression.left == 0 && !named)
		return 0;
	found->licenses = (struct bolt_texts){ 0 };
	return bolt_sink_license(sink, found, headers->expression.left > 0 ? headers->expression : headers->license);
}

static int parse_metadata(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct headers headers = { 0 };
	struct bolt_found found = { .name = NULL };
	int r = read_headers(file->data, &headers, sink, &found);

	if (r == 0)
		r = choose_license(sink, &headers, &found);
	if (r < 0)
		return r;
	found.name = bolt_sink_text(sink, headers.name);
	found.version = bolt_sink_text(sink, headers.version);
	if (!found.name || !found.version)
		return -ENOMEM;
	if (!*found.name)
		return bolt_err_set(err, -EBADMSG, "no Name: not Python package metadata");
	return bolt_sink_add(sink, &found, err);
}

/* "DIR/Name_Of-1.0.dist-info/RECORD": DIR with its slash, and "name-of" as PEP 503 normalises it, because the directory's name and
 * the metadata's differ in just what that evens out. */
static void split_record_path(const char *path, struct bolt_cursor *ret_directory, char *name, size_t room)
{
	size_t end = strlen(path) - strlen("/RECORD"), at = end, n = 0;

	while (at > 0 && path[at - 1] != '/')
		at--;
	*ret_directory = bolt_cursor(path, at);
	for (; at < end && path[at] != '-' && n + 1 < room; at++) {
		bool separator = path[at] == '_' || path[at] == '.';

		if (separator && n > 0 && name[n - 1] == '-')
			continue;
		name[n++] = separator ? '-' : (char) tolower((unsigned char) path[at]);
	}
	name[n] = '\0';
}

/* The first field of a line of CSV. Quotes around it go; a quote doubled inside stays doubled (no file has one). */
static struct bolt_cursor first_field(struct bolt_cursor line)
{
	struct bolt_cursor field = { 0 };
	char separator = ',';

	if (bolt_take_prefix(&line, "\""))
		separator = '"';
	(void) bolt_take_until(&line, separator, &field);
	return field;
}

static int parse_record(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_cursor data = file->data, line, directory;
	char name[256], path[2 * 4096 + 1];

	(void) err;
	split_record_path(file->path, &directory, name, sizeof(name));
	while (bolt_take_line(&data, &line)) {
		struct bolt_cursor field = first_field(line), whole = field;

		if (field.left == 0)
			continue;
		if (field.p[0] != '/' && field.left + directory.left < sizeof(path)) {
			memcpy(path, directory.p, directory.left);
			memcpy(path + directory.left, field.p, field.left);
			whole = bolt_cursor(path, directory.left + field.left);
		} else if (field.p[0] != '/') {
			bolt_sink_warn(sink, "path-too-long", "the path of an installed file has %zu bytes, it is left out",
				       field.left);
			continue;
		}
		int r = bolt_sink_owns(sink, "pypi", bolt_cursor(name, strlen(name)), whole);
		if (r < 0)
			return r;
	}
	return 0;
}

static const char *const metadata_patterns[] = {
	"**/*.dist-info/METADATA", "**/*.egg-info/PKG-INFO", "**/EGG-INFO/PKG-INFO", "**/*.egg-info", NULL,
};
static const char *const record_patterns[] = { "**/*.dist-info/RECORD", NULL };

const struct bolt_cataloger bolt_cataloger_python = {
	.name = "python",
	.type = "pypi",
	.summary = "Python packages installed as dist-info, egg-info or egg",
	.where = BOLT_CATALOG_INSTALLED,
	.patterns = metadata_patterns,
	.max_bytes = BOLT_PACKAGE_FILE_MAX,
	.parse = parse_metadata,
};

const struct bolt_cataloger bolt_cataloger_python_files = {
	.name = "python-files",
	.type = "pypi",
	.summary = "which Python package installed which file",
	.where = BOLT_CATALOG_INSTALLED,
	.patterns = record_patterns,
	.max_bytes = BOLT_PACKAGE_FILE_MAX,
	.parse = parse_record,
};
