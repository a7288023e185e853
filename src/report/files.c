/* The file index as text: one regular file a line, for looking up what is running. A path's tabs, newlines, backslashes and bytes
 * that are not UTF-8 are written as \t, \n, \\ and \xNN. */
#include <errno.h>

#include "core/digest.h"
#include "core/text.h"
#include "inventory/file_view.h"
#include "report/writers.h"

static void escaped(struct bolt_out *out, const char *path, size_t len)
{
	const uint8_t *p = (const uint8_t *) path;

	for (size_t i = 0; i < len;) {
		size_t n = bolt_utf8_len(p + i, len - i);

		if (p[i] == '\\' || p[i] == '\t' || p[i] == '\n')
			bolt_outf(out, "\\%c", p[i] == '\\' ? '\\' : p[i] == '\t' ? 't' : 'n');
		else if (n == 0 || p[i] < 0x20 || p[i] == 0x7f)
			bolt_outf(out, "\\x%02x", p[i]);
		else
			bolt_out_bytes(out, p + i, n);
		i += n ? n : 1;
	}
}

static int write_file(void *context, const struct bolt_file_entry *entry)
{
	struct bolt_out *out = context;
	const struct bolt_file_record *record = entry->record;
	char hex[65] = "-";

	if (record->has_sha256)
		bolt_hex(record->sha256, sizeof(record->sha256), hex);
	bolt_outf(out, "%s\t%04o\t%llu\t%d\t%s\t%s\t", hex, record->mode, (unsigned long long) record->size, entry->layer,
		  entry->live ? "live" : "hidden", entry->owner ? entry->owner : "-");
	escaped(out, record->path, record->path_len);
	bolt_out_char(out, '\n');
	return out->failed;
}

int bolt_write_files(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	(void) style; /* for machines */
	return report->files ? bolt_file_view(report, report->files, write_file, out) : 0;
}
