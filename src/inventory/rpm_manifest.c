/* Azure Linux images without an RPM database list their packages in text: what rpm printed for each, with tabs between
 * NAME, VERSION-RELEASE, INSTALLTIME, BUILDTIME, VENDOR, a constant, SIZE, ARCH, EPOCHNUM and SOURCERPM. */
#include <errno.h>
#include <string.h>

#include "inventory/cataloger.h"
#include "inventory/limits.h"
#include "inventory/rpm.h"

enum field { NAME, VERSION_RELEASE, ARCH = 7, EPOCH, SOURCE_RPM, FIELDS };

static int add_line(struct bolt_cursor line, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_cursor fields[FIELDS];
	struct bolt_found found = { 0 };
	size_t n = 0;

	if (memchr(line.p, 0, line.left))
		return -EBADMSG;
	while (n < FIELDS && bolt_take_until(&line, '\t', &fields[n]))
		n++;
	if (n < FIELDS || fields[NAME].left == 0 || fields[VERSION_RELEASE].left == 0)
		return -EBADMSG;

	bool epoch = fields[EPOCH].left < 11 && !bolt_cursor_is(fields[EPOCH], "0") && !bolt_cursor_is(fields[EPOCH], "(none)");
	found.name = bolt_sink_text(sink, fields[NAME]);
	found.version = bolt_sink_printf(sink, "%.*s%s%.*s", epoch ? (int) fields[EPOCH].left : 0, (const char *) fields[EPOCH].p,
					 epoch ? ":" : "", (int) fields[VERSION_RELEASE].left,
					 (const char *) fields[VERSION_RELEASE].p);
	if (!bolt_cursor_is(fields[ARCH], "(none)") && !(found.arch = bolt_sink_text(sink, fields[ARCH])))
		return -ENOMEM;
	if (!found.name || !found.version || bolt_rpm_source(sink, fields[SOURCE_RPM], &found) < 0)
		return -ENOMEM;
	return bolt_sink_add(sink, &found, err);
}

static int parse_manifest(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_cursor data = file->data, line;
	size_t number = 0, damaged = 0, first = 0;

	while (bolt_take_line(&data, &line)) {
		number++;
		if (line.left == 0)
			continue;
		int r = add_line(line, sink, err);
		if (r < 0 && r != -EBADMSG)
			return r;
		if (r == -EBADMSG && damaged++ == 0)
			first = number;
	}
	return damaged ? bolt_err_set(err, -EBADMSG, "%zu of %zu lines do not describe a package, the first is line %zu", damaged,
				      number, first)
		       : 0;
}

static const char *const patterns[] = { "var/lib/rpmmanifest/container-manifest-2", NULL };

const struct bolt_cataloger bolt_cataloger_rpm_manifest = {
	.name = "rpm-manifest",
	.type = "rpm",
	.summary = "RPM packages: the text list of Azure Linux images without a database",
	.where = BOLT_CATALOG_INSTALLED,
	.patterns = patterns,
	.max_bytes = BOLT_TEXT_DATABASE_MAX,
	.parse = parse_manifest,
};
