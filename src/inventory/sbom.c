#include "inventory/sbom.h"

#include <errno.h>
#include <string.h>

#include "inventory/limits.h"
#include "inventory/sbom_readers.h"

const struct bolt_sbom_format bolt_sbom_formats[] = {
	{ "cyclonedx", "CycloneDX 1.2 to 1.7, JSON" }, { "spdx-json", "SPDX 2.2 and 2.3, JSON" },
	{ "spdx", "SPDX 2.2 and 2.3, tag-value" },     { "json", "boltseal.report/1" },
	{ "purls", "package URLs, one a line" },
};
const size_t bolt_sbom_formats_len = BOLT_ARRAY_LEN(bolt_sbom_formats);

int bolt_sbom_keep_member(struct bolt_sbom_builder *builder, const json_t *object, const char *key, const char **ret_text)
{
	const char *text = bolt_json_text(object, key);

	return text ? bolt_sbom_keep(builder, text, ret_text) : 0;
}

static int read_json(struct bolt_sbom_builder *builder, struct bolt_cursor text, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_json_decrefp) json_t *document = NULL;
	int r = bolt_json_load(text.p, text.left, BOLT_SBOM_DEPTH_MAX, &document, err);

	if (r < 0)
		return r;
	const char *schema = bolt_json_text(document, "schema"), *bom = bolt_json_text(document, "bomFormat");
	if (schema && strcmp(schema, "boltseal.report/1") == 0)
		return bolt_sbom_read_report(builder, document, err);
	if (bom && strcmp(bom, "CycloneDX") == 0)
		return bolt_sbom_read_cyclonedx(builder, document, err);
	if (bolt_json_text(document, "spdxVersion"))
		return bolt_sbom_read_spdx_json(builder, document, err);
	if (json_object_get(document, "@context"))
		return bolt_err_set(err, -EBADMSG,
				    "SPDX 3 (JSON-LD) is not read; have the document written as SPDX 2.3 or CycloneDX");
	return bolt_err_set(err, -EBADMSG,
			    "JSON, but neither CycloneDX (bomFormat), SPDX 2 (spdxVersion) nor boltseal.report/1 (schema)");
}

/* The first line that is neither empty nor a comment. */
static struct bolt_cursor first_line(struct bolt_cursor text)
{
	struct bolt_cursor line = { 0 };

	while (bolt_take_line(&text, &line)) {
		bolt_trim(&line);
		if (line.left > 0 && line.p[0] != '#')
			return line;
	}
	return (struct bolt_cursor){ 0 };
}

static int read_any(struct bolt_sbom_builder *builder, struct bolt_cursor text, struct bolt_err *err)
{
	(void) bolt_take_prefix(&text, "\xef\xbb\xbf");
	struct bolt_cursor line = first_line(text);

	if (bolt_cursor_starts(line, "{"))
		return read_json(builder, text, err);
	if (memchr(text.p ? (const void *) text.p : "", 0, text.left))
		return bolt_err_set(err, -EBADMSG, "not a bill of materials: it holds NUL bytes");
	if (bolt_cursor_starts(line, "SPDXVersion:"))
		return bolt_sbom_read_spdx_tags(builder, text, err);
	if (bolt_cursor_starts(line, "pkg:"))
		return bolt_sbom_read_purls(builder, text, err);
	if (bolt_cursor_starts(line, "<"))
		return bolt_err_set(err, -EBADMSG, "XML is not read; have the document written as JSON");
	return bolt_err_set(err, -EBADMSG,
			    "not a bill of materials: want CycloneDX JSON, SPDX 2 JSON or tag-value, "
			    "boltseal.report/1 or a list of package URLs");
}

int bolt_sbom_read(const void *bytes, size_t len, struct bolt_report *report, struct bolt_err *err)
{
	struct bolt_sbom_builder builder = { .report = report };

	if (len > BOLT_SBOM_MAX)
		return bolt_err_set(err, -E2BIG, "larger than the bound of %u MiB for a bill of materials", BOLT_SBOM_MAX >> 20);
	int r = read_any(&builder, bolt_cursor(bytes, len), err);
	if (r == 0)
		r = bolt_sbom_finish(&builder, err);
	else if (r == -ENOMEM)
		r = bolt_err_set(err, r, "out of memory after %zu packages", builder.packages_len);
	bolt_sbom_builder_done(&builder);
	return r;
}
