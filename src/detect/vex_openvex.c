/* OpenVEX 0.2.0, and 0.0.x, where vulnerabilities and products are plain texts and subcomponents stand beside the products. */
#include <errno.h>
#include <string.h>

#include "core/text.h"
#include "detect/limits.h"
#include "detect/vex_private.h"

/* A product or subcomponent: its @id, unless an identifier says it as a purl. */
struct component {
	const char *id, *purl;
	struct component *parts, *next; /* parts: a product's subcomponents */
};

struct openvex {
	struct bolt_vex *vex;
	int64_t document_unix, updated_unix; /* updated: of the open statement */
	struct bolt_vex_says says;           /* of the open statement */
	const char *notes;
	struct component *products, *parts; /* parts: of the statement as a whole */
	struct component *open, **list;     /* what is being read, and the list it is in */
};

/* A text, or an object's members. */
static int text_or_members(struct openvex *openvex, struct bolt_json_pull *json, const char **ret_text,
			   const struct bolt_vex_member *rows, size_t rows_len)
{
	struct bolt_cursor text;
	int r = bolt_jp_text(json, &text);

	if (r == 0)
		return bolt_vex_members(openvex, json, rows, rows_len);
	if (r < 0 || text.left == 0)
		return r < 0 ? r : 0;
	if (!bolt_utf8_valid((const char *) text.p, text.left))
		return bolt_err_set(openvex->vex->err, -EBADMSG, "a text that is not UTF-8");
	*ret_text = bolt_arena_text(openvex->vex->arena, text.p, text.left);
	return *ret_text ? 0 : -ENOMEM;
}

static int read_component_id(void *context, struct bolt_json_pull *json)
{
	struct openvex *openvex = context;

	return bolt_vex_text(openvex->vex, json, &openvex->open->id);
}

static int read_purl(void *context, struct bolt_json_pull *json)
{
	struct openvex *openvex = context;

	return bolt_vex_text(openvex->vex, json, &openvex->open->purl);
}

static int read_identifiers(void *context, struct bolt_json_pull *json)
{
	static const struct bolt_vex_member rows[] = { { "purl", read_purl } };

	return bolt_vex_members(context, json, rows, BOLT_ARRAY_LEN(rows));
}

static int read_parts(void *context, struct bolt_json_pull *json);

/* As deep as the JSON is allowed to be. */
static int read_component(void *context, struct bolt_json_pull *json)
{
	static const struct bolt_vex_member rows[] = {
		{ "@id", read_component_id },
		{ "identifiers", read_identifiers },
		{ "subcomponents", read_parts },
	};
	struct openvex *openvex = context;
	struct component *component = bolt_arena_alloc(openvex->vex->arena, sizeof(*component));

	if (!component)
		return -ENOMEM;
	component->next = *openvex->list;
	*openvex->list = component;
	openvex->open = component;
	return text_or_members(openvex, json, &component->id, rows, BOLT_ARRAY_LEN(rows));
}

static int read_components(struct openvex *openvex, struct bolt_json_pull *json, struct component **list)
{
	struct component *outer = openvex->open, **outer_list = openvex->list;

	openvex->list = list;
	int r = bolt_vex_items(openvex, json, read_component);
	openvex->list = outer_list;
	openvex->open = outer;
	return r;
}

static int read_parts(void *context, struct bolt_json_pull *json)
{
	struct openvex *openvex = context;

	return read_components(openvex, json, &openvex->open->parts);
}

static int read_products(void *context, struct bolt_json_pull *json)
{
	struct openvex *openvex = context;

	return read_components(openvex, json, &openvex->products);
}

static int read_statement_parts(void *context, struct bolt_json_pull *json)
{
	struct openvex *openvex = context;

	return read_components(openvex, json, &openvex->parts);
}

static int read_name(void *context, struct bolt_json_pull *json)
{
	struct openvex *openvex = context;

	return bolt_vex_id(openvex->vex, &openvex->says.ids, json);
}

static int read_aliases(void *context, struct bolt_json_pull *json)
{
	return bolt_vex_items(context, json, read_name);
}

static int read_vulnerability(void *context, struct bolt_json_pull *json)
{
	static const struct bolt_vex_member rows[] = { { "name", read_name }, { "aliases", read_aliases } };
	struct openvex *openvex = context;
	const char *text = NULL;
	int r = text_or_members(openvex, json, &text, rows, BOLT_ARRAY_LEN(rows));

	return r == 0 && text ? bolt_texts_add(&openvex->says.ids, openvex->vex->arena, text) : r;
}

static int read_status(void *context, struct bolt_json_pull *json)
{
	static const struct {
		const char *text;
		enum vex_status status;
	} rows[] = {
		{ "not_affected", VEX_NOT_AFFECTED },
		{ "fixed", VEX_FIXED },
		{ "affected", VEX_COUNTS },
		{ "under_investigation", VEX_COUNTS },
	};
	struct openvex *openvex = context;
	struct bolt_cursor text = { .left = 0 };
	int r = bolt_jp_text_or_skip(json, &text);

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows) && r == 0; i++) {
		if (bolt_cursor_is(text, rows[i].text))
			openvex->says.status = rows[i].status;
	}
	return r;
}

static int read_notes(void *context, struct bolt_json_pull *json)
{
	struct openvex *openvex = context;

	return bolt_vex_text(openvex->vex, json, &openvex->notes);
}

static int read_impact(void *context, struct bolt_json_pull *json)
{
	struct openvex *openvex = context;

	return bolt_vex_text(openvex->vex, json, &openvex->says.reason);
}

static int read_justification(void *context, struct bolt_json_pull *json)
{
	struct openvex *openvex = context;

	return bolt_vex_text(openvex->vex, json, &openvex->says.justification);
}

static int read_stated(void *context, struct bolt_json_pull *json)
{
	struct openvex *openvex = context;

	return bolt_vex_time(openvex->vex, json, &openvex->says.stated_unix);
}

static int read_updated(void *context, struct bolt_json_pull *json)
{
	struct openvex *openvex = context;

	return bolt_vex_time(openvex->vex, json, &openvex->updated_unix);
}

static const char *name_of(const struct component *component)
{
	return component->purl ? component->purl : component->id;
}

static int state_parts(struct openvex *openvex, const struct component *product, const struct component *parts)
{
	int r = 0;

	for (const struct component *part = parts; part && r == 0; part = part->next)
		r = bolt_vex_state(openvex->vex, &openvex->says, name_of(product), name_of(part) ? name_of(part) : "");
	return r;
}

static int state_all(struct openvex *openvex)
{
	int r = 0;

	openvex->says.reason = openvex->says.reason ? openvex->says.reason : openvex->notes;
	if (openvex->updated_unix > openvex->says.stated_unix)
		openvex->says.stated_unix = openvex->updated_unix;
	for (const struct component *product = openvex->products; product && r == 0; product = product->next) {
		const struct component *parts = product->parts ? product->parts : openvex->parts;

		r = parts ? state_parts(openvex, product, parts)
			  : bolt_vex_state(openvex->vex, &openvex->says, name_of(product), NULL);
	}
	if (r == 0 && !openvex->products)
		r = bolt_vex_state(openvex->vex, &openvex->says, NULL, NULL);
	return r;
}

static int read_statement(void *context, struct bolt_json_pull *json)
{
	static const struct bolt_vex_member rows[] = {
		{ "vulnerability", read_vulnerability },
		{ "products", read_products },
		{ "subcomponents", read_statement_parts },
		{ "status", read_status },
		{ "status_notes", read_notes },
		{ "justification", read_justification },
		{ "impact_statement", read_impact },
		{ "timestamp", read_stated },
		{ "last_updated", read_updated },
	};
	struct openvex *openvex = context;

	*openvex = (struct openvex){ .vex = openvex->vex, .document_unix = openvex->document_unix };
	openvex->says.stated_unix = openvex->document_unix;
	int r = bolt_vex_members(openvex, json, rows, BOLT_ARRAY_LEN(rows));
	return r < 0 ? r : state_all(openvex);
}

static int read_statements(void *context, struct bolt_json_pull *json)
{
	return bolt_vex_items(context, json, read_statement);
}

static int read_document_time(void *context, struct bolt_json_pull *json)
{
	struct openvex *openvex = context;
	int64_t stated = 0;
	int r = bolt_vex_time(openvex->vex, json, &stated);

	if (stated > openvex->document_unix)
		openvex->document_unix = stated;
	return r;
}

static int read_pass(struct openvex *openvex, struct bolt_cursor bytes, const struct bolt_vex_member *rows, size_t rows_len)
{
	struct bolt_json_pull json;

	bolt_jp_init(&json, bytes, BOLT_VEX_DEPTH_MAX, openvex->vex->err);
	int r = bolt_vex_members(openvex, &json, rows, rows_len);
	bolt_jp_done(&json);
	return r;
}

/* Twice: a statement without a time of its own has the document's, which may stand behind it. */
int bolt_vex_openvex(struct bolt_vex *vex, struct bolt_cursor bytes)
{
	static const struct bolt_vex_member times[] = { { "timestamp", read_document_time },
							{ "last_updated", read_document_time } };
	static const struct bolt_vex_member statements[] = { { "statements", read_statements } };
	struct openvex openvex = { .vex = vex };
	int r = read_pass(&openvex, bytes, times, BOLT_ARRAY_LEN(times));

	return r < 0 ? r : read_pass(&openvex, bytes, statements, BOLT_ARRAY_LEN(statements));
}
