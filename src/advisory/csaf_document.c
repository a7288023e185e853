#include "advisory/csaf_document.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "advisory/csaf.h"
#include "advisory/csaf_package.h"
#include "advisory/limits.h"
#include "advisory/oval.h"

/* What product_status can say. */
enum product_status { FIXED, AFFECTED, NOT_AFFECTED, INVESTIGATED };

static const struct {
	const char *key;
	enum product_status status;
} status_rows[] = {
	{ "fixed", FIXED },
	{ "known_affected", AFFECTED },
	{ "known_not_affected", NOT_AFFECTED },
	{ "under_investigation", INVESTIGATED },
};

struct document {
	struct bolt_draft *draft;
	struct bolt_arena *arena; /* texts of the document */
	struct bolt_csaf_tree tree;
	struct bolt_cursor vulnerabilities;
	bool vex;
	const char *title;
	enum bolt_severity severity; /* the aggregate */
	struct bolt_csaf_words statuses, remedies,
		impacts; /* of one vulnerability: enum product_status, bolt_status, bolt_severity */
};

typedef int (*member_fn)(struct document *document, struct bolt_json_pull *json);
struct member {
	const char *key;
	member_fn read;
};

/* Members of an object, each by its row; the others are passed over. */
static int read_members(struct document *document, struct bolt_json_pull *json, const struct member *rows, size_t rows_len)
{
	struct bolt_cursor key;
	int r = bolt_jp_enter_or_skip(json, '{');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_key(json, &key)) > 0) {
		size_t i = 0;

		while (i < rows_len && !bolt_cursor_is(key, rows[i].key))
			i++;
		r = i < rows_len ? rows[i].read(document, json) : bolt_jp_skip(json, NULL);
		if (r < 0)
			return r;
	}
	return r;
}

/* Objects of an array, each by `one`. */
static int read_items(struct document *document, struct bolt_json_pull *json, member_fn one)
{
	int r = bolt_jp_enter_or_skip(json, '[');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_item(json)) > 0) {
		r = one(document, json);
		if (r < 0)
			return r;
	}
	return r;
}

static int read_text(struct document *document, struct bolt_json_pull *json, const char **ret_text)
{
	return bolt_csaf_text(json, document->arena, ret_text);
}

static int read_time(struct document *document, struct bolt_json_pull *json, int64_t *ret_unix)
{
	const char *text = NULL;
	int r = read_text(document, json, &text);

	*ret_unix = r == 0 && text ? bolt_feed_time(text) : *ret_unix;
	return r;
}

/* document */

static int read_category(struct document *document, struct bolt_json_pull *json)
{
	struct bolt_cursor text = { .left = 0 };
	int r = bolt_jp_text_or_skip(json, &text);

	document->vex = bolt_cursor_is(text, "csaf_vex");
	return r;
}

static int read_title(struct document *document, struct bolt_json_pull *json)
{
	return read_text(document, json, &document->title);
}

static int read_word(struct document *document, struct bolt_json_pull *json)
{
	const char *word = NULL;
	int r = read_text(document, json, &word);

	if (r == 0 && word)
		BOLT_IGNORE(bolt_severity_parse(word, &document->severity)); /* "None": not known */
	return r;
}

static int read_aggregate(struct document *document, struct bolt_json_pull *json)
{
	static const struct member rows[] = { { "text", read_word } };

	return read_members(document, json, rows, BOLT_ARRAY_LEN(rows));
}

static int read_current(struct document *document, struct bolt_json_pull *json)
{
	return read_time(document, json, &document->draft->advisory.modified_unix);
}

static int read_initial(struct document *document, struct bolt_json_pull *json)
{
	return read_time(document, json, &document->draft->advisory.published_unix);
}

static int read_tracking(struct document *document, struct bolt_json_pull *json)
{
	static const struct member rows[] = { { "current_release_date", read_current }, { "initial_release_date", read_initial } };

	return read_members(document, json, rows, BOLT_ARRAY_LEN(rows));
}

static int read_head(struct document *document, struct bolt_json_pull *json)
{
	static const struct member rows[] = {
		{ "category", read_category },
		{ "title", read_title },
		{ "aggregate_severity", read_aggregate },
		{ "tracking", read_tracking },
	};

	return read_members(document, json, rows, BOLT_ARRAY_LEN(rows));
}

/* vulnerabilities[] */

static int read_cve(struct document *document, struct bolt_json_pull *json)
{
	const char *cve = NULL;
	int r = read_text(document, json, &cve);

	return r < 0 ? r : bolt_draft_id(document->draft, cve);
}

static int read_cwe_id(struct document *document, struct bolt_json_pull *json)
{
	const char *cwe = NULL;
	int r = read_text(document, json, &cwe);

	return r < 0 ? r : bolt_draft_cwe(document->draft, cwe);
}

static int read_cwe(struct document *document, struct bolt_json_pull *json)
{
	static const struct member rows[] = { { "id", read_cwe_id } };

	return read_members(document, json, rows, BOLT_ARRAY_LEN(rows));
}

static int read_vector(struct document *document, struct bolt_json_pull *json)
{
	const char *vector = NULL;
	int r = read_text(document, json, &vector);

	return r < 0 ? r : bolt_draft_rating(document->draft, NULL, vector, BOLT_SEVERITY_UNKNOWN);
}

static int read_cvss(struct document *document, struct bolt_json_pull *json)
{
	static const struct member rows[] = { { "vectorString", read_vector } };

	return read_members(document, json, rows, BOLT_ARRAY_LEN(rows));
}

static int read_score(struct document *document, struct bolt_json_pull *json)
{
	static const struct member rows[] = { { "cvss_v4", read_cvss }, { "cvss_v3", read_cvss }, { "cvss_v2", read_cvss } };

	return read_members(document, json, rows, BOLT_ARRAY_LEN(rows));
}

static int read_scores(struct document *document, struct bolt_json_pull *json)
{
	return read_items(document, json, read_score);
}

static int read_url(struct document *document, struct bolt_json_pull *json)
{
	const char *url = NULL;
	int r = read_text(document, json, &url);

	return r < 0 ? r : bolt_draft_reference(document->draft, url);
}

static int read_reference(struct document *document, struct bolt_json_pull *json)
{
	static const struct member rows[] = { { "url", read_url } };

	return read_members(document, json, rows, BOLT_ARRAY_LEN(rows));
}

static int read_references(struct document *document, struct bolt_json_pull *json)
{
	return read_items(document, json, read_reference);
}

static int read_note(struct document *document, struct bolt_json_pull *json)
{
	const char *category = NULL, *text = NULL;
	struct bolt_cursor key;
	int r = bolt_jp_enter_or_skip(json, '{');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_key(json, &key)) > 0) {
		r = bolt_cursor_is(key, "category") ? read_text(document, json, &category)
		    : bolt_cursor_is(key, "text")   ? read_text(document, json, &text)
						    : bolt_jp_skip(json, NULL);
		if (r < 0)
			return r;
	}
	if (r == 0 && category && strcmp(category, "description") == 0)
		document->draft->advisory.details = text;
	return r;
}

static int read_notes(struct document *document, struct bolt_json_pull *json)
{
	return read_items(document, json, read_note);
}

static int read_product_status(struct document *document, struct bolt_json_pull *json)
{
	struct bolt_cursor key;
	int r = bolt_jp_enter_or_skip(json, '{');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_key(json, &key)) > 0) {
		size_t i = 0;

		while (i < BOLT_ARRAY_LEN(status_rows) && !bolt_cursor_is(key, status_rows[i].key))
			i++;
		r = i < BOLT_ARRAY_LEN(status_rows) ? bolt_csaf_words_ids(&document->statuses, json, status_rows[i].status)
						    : bolt_jp_skip(json, NULL);
		if (r < 0)
			return r;
	}
	return r;
}

/* Reads an item that says something (`details`, `category`) of products; they are read when it is known what. */
static int read_saying(struct bolt_json_pull *json, struct document *document, const char **ret_category, const char **ret_details,
		       struct bolt_cursor *ret_products, struct bolt_cursor *ret_groups)
{
	struct bolt_cursor key;
	int r = bolt_jp_enter_or_skip(json, '{');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_key(json, &key)) > 0) {
		if (bolt_cursor_is(key, "product_ids"))
			*ret_products = json->at;
		else if (bolt_cursor_is(key, "group_ids"))
			*ret_groups = json->at;
		r = bolt_cursor_is(key, "category")  ? read_text(document, json, ret_category)
		    : bolt_cursor_is(key, "details") ? read_text(document, json, ret_details)
						     : bolt_jp_skip(json, NULL);
		if (r < 0)
			return r;
	}
	return r;
}

/* The lists at cursors that were taken before their values. */
static int add_words(struct document *document, struct bolt_csaf_words *words, struct bolt_cursor products,
		     struct bolt_cursor groups, uint32_t what)
{
	struct bolt_json_pull json;
	int r = 0;

	if (products.left > 0) {
		bolt_jp_init(&json, products, BOLT_ADVISORY_DEPTH_MAX, &document->draft->why);
		r = bolt_csaf_words_ids(words, &json, what);
		bolt_jp_done(&json);
	}
	if (r == 0 && groups.left > 0) {
		bolt_jp_init(&json, groups, BOLT_ADVISORY_DEPTH_MAX, &document->draft->why);
		r = bolt_csaf_words_groups(words, &json, &document->tree, what);
		bolt_jp_done(&json);
	}
	return r;
}

/* Workarounds and fixes say nothing of those that have none. */
static int read_remediation(struct document *document, struct bolt_json_pull *json)
{
	const char *category = NULL, *details = NULL;
	struct bolt_cursor products = { .left = 0 }, groups = { .left = 0 };
	enum bolt_status status = BOLT_STATUS_AFFECTED;
	int r = read_saying(json, document, &category, &details, &products, &groups);

	if (r < 0 || !category)
		return r;
	bool planned = strcmp(category, "none_available") == 0;
	if (!planned && strcmp(category, "no_fix_planned") != 0)
		return 0;
	if (!details || !bolt_oval_resolution(details, &status))
		status = planned ? BOLT_STATUS_AFFECTED : BOLT_STATUS_WILL_NOT_FIX;
	return add_words(document, &document->remedies, products, groups, status);
}

static int read_remediations(struct document *document, struct bolt_json_pull *json)
{
	return read_items(document, json, read_remediation);
}

static int read_threat(struct document *document, struct bolt_json_pull *json)
{
	const char *category = NULL, *details = NULL;
	struct bolt_cursor products = { .left = 0 }, groups = { .left = 0 };
	enum bolt_severity severity;
	int r = read_saying(json, document, &category, &details, &products, &groups);

	if (r < 0 || !category || !details || strcmp(category, "impact") != 0 || bolt_severity_parse(details, &severity) < 0)
		return r;
	return add_words(document, &document->impacts, products, groups, severity);
}

static int read_threats(struct document *document, struct bolt_json_pull *json)
{
	return read_items(document, json, read_threat);
}

static int read_vulnerability(struct document *document, struct bolt_json_pull *json)
{
	static const struct member rows[] = {
		{ "cve", read_cve },
		{ "cwe", read_cwe },
		{ "notes", read_notes },
		{ "product_status", read_product_status },
		{ "references", read_references },
		{ "release_date", read_initial },
		{ "remediations", read_remediations },
		{ "scores", read_scores },
		{ "threats", read_threats },
		{ "title", read_title },
	};

	return read_members(document, json, rows, BOLT_ARRAY_LEN(rows));
}

static enum bolt_status status_of(const struct document *document, uint64_t product, enum product_status said)
{
	const struct bolt_csaf_word *remedy = bolt_csaf_word(&document->remedies, product);

	if (said == NOT_AFFECTED)
		return BOLT_STATUS_NOT_AFFECTED;
	if (said == INVESTIGATED)
		return BOLT_STATUS_UNDER_INVESTIGATION;
	return said == AFFECTED && remedy ? (enum bolt_status) remedy->what : BOLT_STATUS_AFFECTED;
}

/* Versions of fixed packages are those that have the fix. Of the others a version would speak of that one alone, which nobody has
 * to look for; and a source package's fix is its binary packages', which are listed. */
static bool says_something(const struct bolt_csaf_package *package, enum product_status said)
{
	const char *arch = package->named ? bolt_purl_qualifier(&package->purl, "arch") : NULL;
	bool versioned = package->named && package->purl.version;

	if (!package->named || package->release_len == 0)
		return false;
	return said == FIXED ? versioned && !(arch && strcmp(arch, "src") == 0) : !versioned;
}

static int say(struct document *document, const struct bolt_csaf_word *word)
{
	const struct bolt_csaf_word *impact = bolt_csaf_word(&document->impacts, word->product);
	enum product_status said = (enum product_status) word->what;
	struct bolt_draft *draft = document->draft;
	struct bolt_affected *affected = NULL;
	char ecosystem[BOLT_ECOSYSTEM_NAME];
	struct bolt_csaf_package package;
	int r = bolt_csaf_describe(&document->tree, word->product, document->arena, &package);

	if (r < 0 || !says_something(&package, said))
		return r;
	(void) snprintf(ecosystem, sizeof(ecosystem), "Red Hat:%.*s", (int) (package.release_len < 8 ? package.release_len : 8),
			package.release);
	r = bolt_draft_affected(draft, ecosystem, package.purl.name, &affected);
	if (r < 0)
		return r;
	affected->binary = true;
	affected->modularity = package.module;
	affected->severity = impact ? (enum bolt_severity) impact->what : document->severity;
	affected->status = status_of(document, word->product, said);
	if (said == NOT_AFFECTED || affected->status == BOLT_STATUS_NOT_AFFECTED)
		return 0;
	const char *fixed = said == FIXED ? bolt_csaf_evr(document->arena, &package) : NULL;
	if (said == FIXED && !fixed)
		return -ENOMEM;
	return bolt_draft_until(draft, affected, fixed);
}

static int draft_vulnerability(struct document *document, struct bolt_json_pull *json)
{
	struct bolt_draft *draft = document->draft;
	int r = read_vulnerability(document, json);

	if (r == 0 && !draft->advisory.id)
		r = bolt_err_set(&draft->why, -EBADMSG, "a vulnerability without a CVE");
	draft->advisory.summary = document->title;
	bolt_csaf_words_sort(&document->statuses);
	bolt_csaf_words_sort(&document->remedies);
	bolt_csaf_words_sort(&document->impacts);
	if (r == 0)
		r = bolt_draft_rating(draft, NULL, NULL, document->severity);
	for (size_t i = 0; i < document->statuses.len && r == 0; i++)
		r = say(document, &document->statuses.items[i]);
	bolt_draft_drop_repeated(draft);
	return r;
}

/* The first: Red Hat's VEX documents have one. */
static int read_vulnerabilities(struct document *document)
{
	struct bolt_json_pull json;
	int r;

	bolt_jp_init(&json, document->vulnerabilities, BOLT_ADVISORY_DEPTH_MAX, &document->draft->why);
	r = bolt_jp_enter_or_skip(&json, '[');
	r = r > 0 ? bolt_jp_item(&json) : r;
	r = r > 0   ? draft_vulnerability(document, &json)
	    : r < 0 ? r
		    : bolt_err_set(&document->draft->why, -EBADMSG, "no vulnerability");
	bolt_jp_done(&json);
	return r;
}

static int read_top(struct document *document, struct bolt_cursor bytes)
{
	struct bolt_cursor key, tree = { .left = 0 };
	struct bolt_json_pull json;
	int r;

	bolt_jp_init(&json, bytes, BOLT_ADVISORY_DEPTH_MAX, &document->draft->why);
	r = bolt_jp_enter_or_skip(&json, '{');
	while (r > 0 && (r = bolt_jp_key(&json, &key)) > 0) {
		bool head = bolt_cursor_is(key, "document");

		if (bolt_cursor_is(key, "product_tree"))
			tree = json.at;
		else if (bolt_cursor_is(key, "vulnerabilities"))
			document->vulnerabilities = json.at;
		r = head ? read_head(document, &json) : bolt_jp_skip(&json, NULL);
		r = r < 0 ? r : 1;
	}
	if (r == 0)
		r = bolt_jp_end(&json);
	bolt_jp_done(&json);
	if (r < 0 || !document->vex || tree.left == 0)
		return r;
	return bolt_csaf_tree_read(tree, document->arena, &document->tree, &document->draft->why);
}

int bolt_csaf_draft(struct bolt_cursor bytes, struct bolt_draft *draft, struct bolt_arena *arena, bool *ret_vex)
{
	struct document document = { .draft = draft, .arena = arena };
	int r = read_top(&document, bytes);

	if (r == 0 && document.vex)
		r = read_vulnerabilities(&document);
	if (r == -ENOMEM)
		r = bolt_err_set(&draft->why, -E2BIG, "more than fits into one advisory");
	if (r == 0)
		*ret_vex = document.vex;
	bolt_csaf_tree_done(&document.tree);
	bolt_csaf_words_done(&document.statuses);
	bolt_csaf_words_done(&document.remedies);
	bolt_csaf_words_done(&document.impacts);
	return r;
}
