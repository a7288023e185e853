/* SPDX 2.3 as tag-value (spdx-spec 2.3, chapters 6 to 11). */
#include <string.h>

#include "core/text.h"
#include "report/spdx.h"
#include "report/writers.h"

/* Text of strangers: no line may be forged by it. Control characters become '?', bytes that are not UTF-8 U+FFFD; a text over
 * several lines keeps its line ends and cannot hold its own closing mark, one on a single line cannot begin several. */
static void put_text(struct bolt_out *out, const char *text, bool lines)
{
	const char *mark = lines ? "</text>" : "<text>";
	const uint8_t *p = (const uint8_t *) text;
	size_t left = strlen(text);

	while (left > 0) {
		size_t n = bolt_utf8_len(p, left);

		if (n == 0)
			bolt_out_text(out, "\xef\xbf\xbd");
		else if ((*p < 0x20 && !(lines && *p == '\n')) || *p == 0x7f)
			bolt_out_char(out, '?');
		else if (*p == '<' && strncmp((const char *) p, mark, strlen(mark)) == 0)
			bolt_out_text(out, "&lt;");
		else
			bolt_out_bytes(out, p, n);
		n = n ? n : 1;
		p += n;
		left -= n;
	}
}

static void put(struct bolt_out *out, const char *tag, const char *value)
{
	if (!value)
		return;
	bolt_outf(out, "%s: ", tag);
	put_text(out, value, false);
	bolt_out_char(out, '\n');
}

static void put_lines(struct bolt_out *out, const char *tag, const char *value)
{
	if (!value)
		return;
	bolt_outf(out, "%s: <text>", tag);
	put_text(out, value, true);
	bolt_out_text(out, "</text>\n");
}

static void head(void *context, const struct bolt_spdx_head *head)
{
	put(context, "SPDXVersion", "SPDX-2.3");
	put(context, "DataLicense", "CC0-1.0");
	put(context, "SPDXID", "SPDXRef-DOCUMENT");
	put(context, "DocumentName", head->name);
	put(context, "DocumentNamespace", head->space);
	put(context, "Creator", head->creator);
	put(context, "Created", head->created);
}

static void package(void *context, const struct bolt_spdx_item *item)
{
	struct bolt_out *out = context;

	bolt_out_char(out, '\n');
	put(out, "PackageName", item->name);
	put(out, "SPDXID", item->id);
	put(out, "PackageVersion", item->version);
	put(out, "PrimaryPackagePurpose", item->purpose);
	put(out, "PackageSupplier", "NOASSERTION");
	put(out, "PackageDownloadLocation", "NOASSERTION");
	put(out, "FilesAnalyzed", "false");
	put(out, "PackageLicenseConcluded", "NOASSERTION");
	put(out, "PackageLicenseDeclared", item->license);
	put(out, "PackageCopyrightText", "NOASSERTION");
	if (item->purl)
		bolt_outf(out, "ExternalRef: PACKAGE-MANAGER purl %s\n", item->purl); /* a canonical purl is plain ASCII */
	put_lines(out, "PackageComment", item->comment);
}

static void begin_section(void *context)
{
	bolt_out_char(context, '\n');
}

static void relationship(void *context, const char *from, const char *type, const char *to)
{
	bolt_outf(context, "Relationship: %s %s %s\n", from, type, to);
}

static void license(void *context, const char *id, const char *text)
{
	put(context, "LicenseID", id);
	put_lines(context, "ExtractedText", text);
}

static void end(void *context)
{
	(void) context;
}

int bolt_write_spdx_tags(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	static const struct bolt_spdx_emitter emitter = { head, package, begin_section, relationship, begin_section, license, end };

	return bolt_spdx_tell(report, style, &emitter, out);
}
