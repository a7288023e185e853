/* CycloneDX 1.4 and later: vulnerabilities[].analysis, of components that the document lists, or names by their purl. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/csaf.h"
#include "core/grow.h"
#include "core/text.h"
#include "detect/limits.h"
#include "detect/vex_private.h"

/* A component by its bom-ref. */
struct component {
	uint64_t ref;
	const char *purl;
};

struct cyclonedx {
	struct bolt_vex *vex;
	struct component *components; /* owned; sorted once all are read */
	size_t len, room;
	struct component *open;
	int64_t document_unix;
	struct bolt_vex_says says; /* of the open vulnerability */
	struct bolt_texts refs;    /* what it affects, in the order met */
};

static int read_ref(void *context, struct bolt_json_pull *json)
{
	struct cyclonedx *cyclonedx = context;
	struct bolt_cursor text = { .left = 0 };
	int r = bolt_jp_text_or_skip(json, &text);

	if (r == 0 && text.left > 0)
		cyclonedx->open->ref = bolt_csaf_id(text);
	return r;
}

static int read_purl(void *context, struct bolt_json_pull *json)
{
	struct cyclonedx *cyclonedx = context;

	return bolt_vex_text(cyclonedx->vex, json, &cyclonedx->open->purl);
}

static int read_components(void *context, struct bolt_json_pull *json);

/* As deep as the JSON is allowed to be. */
static int read_component(void *context, struct bolt_json_pull *json)
{
	static const struct bolt_vex_member rows[] = { { "bom-ref", read_ref },
						       { "purl", read_purl },
						       { "components", read_components } };
	struct cyclonedx *cyclonedx = context;
	struct component component = { .ref = 0 }, *outer = cyclonedx->open;

	cyclonedx->open = &component;
	int r = bolt_vex_members(cyclonedx, json, rows, BOLT_ARRAY_LEN(rows));
	cyclonedx->open = outer;
	if (r < 0 || component.ref == 0)
		return r;
	if (cyclonedx->len >= BOLT_STATEMENTS_MAX)
		return bolt_err_set(cyclonedx->vex->err, -E2BIG, "more than %u components; " BOLT_BOUND_HINT, BOLT_STATEMENTS_MAX);
	if (bolt_grow(&cyclonedx->components, cyclonedx->len, &cyclonedx->room, sizeof(component)) < 0)
		return -ENOMEM;
	cyclonedx->components[cyclonedx->len++] = component;
	return 0;
}

static int read_components(void *context, struct bolt_json_pull *json)
{
	return bolt_vex_items(context, json, read_component);
}

static int read_document_time(void *context, struct bolt_json_pull *json)
{
	struct cyclonedx *cyclonedx = context;

	return bolt_vex_time(cyclonedx->vex, json, &cyclonedx->document_unix);
}

static int read_metadata(void *context, struct bolt_json_pull *json)
{
	static const struct bolt_vex_member rows[] = { { "timestamp", read_document_time }, { "component", read_component } };

	return bolt_vex_members(context, json, rows, BOLT_ARRAY_LEN(rows));
}

static int read_id(void *context, struct bolt_json_pull *json)
{
	struct cyclonedx *cyclonedx = context;

	return bolt_vex_id(cyclonedx->vex, &cyclonedx->says.ids, json);
}

static int read_reference(void *context, struct bolt_json_pull *json)
{
	static const struct bolt_vex_member rows[] = { { "id", read_id } };

	return bolt_vex_members(context, json, rows, BOLT_ARRAY_LEN(rows));
}

static int read_references(void *context, struct bolt_json_pull *json)
{
	return bolt_vex_items(context, json, read_reference);
}

static int read_state(void *context, struct bolt_json_pull *json)
{
	static const struct {
		const char *text;
		enum vex_status status;
	} rows[] = {
		{ "not_affected", VEX_NOT_AFFECTED },    { "false_positive", VEX_NOT_AFFECTED }, { "resolved", VEX_FIXED },
		{ "resolved_with_pedigree", VEX_FIXED }, { "exploitable", VEX_COUNTS },          { "in_triage", VEX_COUNTS },
	};
	struct cyclonedx *cyclonedx = context;
	struct bolt_cursor text = { .left = 0 };
	int r = bolt_jp_text_or_skip(json, &text);

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows) && r == 0; i++) {
		if (bolt_cursor_is(text, rows[i].text))
			cyclonedx->says.status = rows[i].status;
	}
	return r;
}

static int read_justification(void *context, struct bolt_json_pull *json)
{
	struct cyclonedx *cyclonedx = context;

	return bolt_vex_text(cyclonedx->vex, json, &cyclonedx->says.justification);
}

static int read_detail(void *context, struct bolt_json_pull *json)
{
	struct cyclonedx *cyclonedx = context;

	return bolt_vex_text(cyclonedx->vex, json, &cyclonedx->says.reason);
}

static int read_updated(void *context, struct bolt_json_pull *json)
{
	struct cyclonedx *cyclonedx = context;

	return bolt_vex_time(cyclonedx->vex, json, &cyclonedx->says.stated_unix);
}

static int read_analysis(void *context, struct bolt_json_pull *json)
{
	static const struct bolt_vex_member rows[] = {
		{ "state", read_state },
		{ "justification", read_justification },
		{ "detail", read_detail },
		{ "lastUpdated", read_updated },
	};

	return bolt_vex_members(context, json, rows, BOLT_ARRAY_LEN(rows));
}

static int read_affected_ref(void *context, struct bolt_json_pull *json)
{
	struct cyclonedx *cyclonedx = context;
	const char *ref = NULL;
	int r = bolt_vex_text(cyclonedx->vex, json, &ref);

	return r == 0 && ref ? bolt_texts_append(&cyclonedx->refs, cyclonedx->vex->arena, ref) : r;
}

static int read_affected(void *context, struct bolt_json_pull *json)
{
	static const struct bolt_vex_member rows[] = { { "ref", read_affected_ref } };

	return bolt_vex_members(context, json, rows, BOLT_ARRAY_LEN(rows));
}

static int read_affects(void *context, struct bolt_json_pull *json)
{
	return bolt_vex_items(context, json, read_affected);
}

static int by_ref(const void *a, const void *b)
{
	const struct component *x = a, *y = b;

	return x->ref < y->ref ? -1 : x->ref > y->ref;
}

/* A bom-ref of this document, or of another ("urn:cdx:SERIAL/VERSION#REF"); many are purls themselves. NULL: none that is known. */
static const char *purl_of(const struct cyclonedx *cyclonedx, const char *ref)
{
	const char *mark = bolt_starts_with(ref, "urn:cdx:") ? strchr(ref, '#') : NULL;

	ref = mark ? mark + 1 : ref;
	struct component key = { .ref = bolt_csaf_id(bolt_cursor(ref, strlen(ref))) };
	const struct component *found = cyclonedx->len ? bsearch(&key, cyclonedx->components, cyclonedx->len, sizeof(key), by_ref)
						       : NULL;
	if (found && found->purl)
		return found->purl;
	return bolt_starts_with(ref, "pkg:") ? ref : NULL;
}

static int read_vulnerability(void *context, struct bolt_json_pull *json)
{
	static const struct bolt_vex_member rows[] = {
		{ "id", read_id },
		{ "references", read_references },
		{ "analysis", read_analysis },
		{ "affects", read_affects },
	};
	struct cyclonedx *cyclonedx = context;

	cyclonedx->says = (struct bolt_vex_says){ .stated_unix = cyclonedx->document_unix };
	cyclonedx->refs = (struct bolt_texts){ .len = 0 };
	int r = bolt_vex_members(cyclonedx, json, rows, BOLT_ARRAY_LEN(rows));
	for (size_t i = 0; i < cyclonedx->refs.len && r == 0; i++)
		r = bolt_vex_state(cyclonedx->vex, &cyclonedx->says, purl_of(cyclonedx, cyclonedx->refs.items[i]), NULL);
	return r;
}

static int read_vulnerabilities(void *context, struct bolt_json_pull *json)
{
	return bolt_vex_items(context, json, read_vulnerability);
}

static int read_pass(struct cyclonedx *cyclonedx, struct bolt_cursor bytes, const struct bolt_vex_member *rows, size_t rows_len)
{
	struct bolt_json_pull json;

	bolt_jp_init(&json, bytes, BOLT_VEX_DEPTH_MAX, cyclonedx->vex->err);
	int r = bolt_vex_members(cyclonedx, &json, rows, rows_len);
	bolt_jp_done(&json);
	return r;
}

/* Twice: components first, wherever they stand. */
int bolt_vex_cyclonedx(struct bolt_vex *vex, struct bolt_cursor bytes)
{
	static const struct bolt_vex_member components[] = { { "metadata", read_metadata }, { "components", read_components } };
	static const struct bolt_vex_member vulnerabilities[] = { { "vulnerabilities", read_vulnerabilities } };
	struct cyclonedx cyclonedx = { .vex = vex };
	int r = read_pass(&cyclonedx, bytes, components, BOLT_ARRAY_LEN(components));

	if (cyclonedx.len > 1)
		qsort(cyclonedx.components, cyclonedx.len, sizeof(*cyclonedx.components), by_ref);
	if (r == 0)
		r = read_pass(&cyclonedx, bytes, vulnerabilities, BOLT_ARRAY_LEN(vulnerabilities));
	free(cyclonedx.components);
	return r;
}
