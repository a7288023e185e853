#include "detect/vex.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/csaf.h"
#include "advisory/feed_private.h"
#include "core/hash64.h"
#include "core/text.h"
#include "detect/limits.h"
#include "detect/vex_private.h"

int bolt_vex_members(void *context, struct bolt_json_pull *json, const struct bolt_vex_member *rows, size_t rows_len)
{
	struct bolt_cursor key;
	int r = bolt_jp_enter_or_skip(json, '{');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_key(json, &key)) > 0) {
		size_t i = 0;

		while (i < rows_len && !bolt_cursor_is(key, rows[i].key))
			i++;
		r = i < rows_len ? rows[i].read(context, json) : bolt_jp_skip(json, NULL);
		if (r < 0)
			return r;
	}
	return r;
}

int bolt_vex_items(void *context, struct bolt_json_pull *json, int (*one)(void *context, struct bolt_json_pull *json))
{
	int r = bolt_jp_enter_or_skip(json, '[');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_item(json)) > 0) {
		r = one(context, json);
		if (r < 0)
			return r;
	}
	return r;
}

int bolt_vex_text(struct bolt_vex *vex, struct bolt_json_pull *json, const char **ret_text)
{
	return bolt_csaf_text(json, vex->arena, ret_text);
}

int bolt_vex_time(struct bolt_vex *vex, struct bolt_json_pull *json, int64_t *ret_unix)
{
	const char *text = NULL;
	int r = bolt_vex_text(vex, json, &text);

	if (r == 0 && text)
		*ret_unix = bolt_feed_time(text);
	return r;
}

int bolt_vex_id(struct bolt_vex *vex, struct bolt_texts *ids, struct bolt_json_pull *json)
{
	const char *id = NULL;
	int r = bolt_vex_text(vex, json, &id);

	if (r < 0 || !bolt_feed_is_id(id))
		return r;
	if (ids->len >= BOLT_VEX_IDS_MAX)
		return bolt_err_set(vex->err, -E2BIG, "a vulnerability of more than %u names", BOLT_VEX_IDS_MAX);
	return bolt_texts_add(ids, vex->arena, id);
}

static int state(struct bolt_vex *vex, const struct bolt_vex_says *says, const char *package)
{
	struct bolt_statement statement = {
		.package = package,
		.says = { .by = vex->by,
			  .source = vex->source,
			  .status = says->status == VEX_NOT_AFFECTED ? "not_affected"
				    : says->status == VEX_FIXED      ? "fixed"
								     : NULL,
			  .justification = says->justification,
			  .reason = says->reason },
		.counts = says->status == VEX_COUNTS,
		.stated_unix = says->stated_unix,
	};

	for (size_t i = 0; i < says->ids.len; i++) {
		statement.id = says->ids.items[i];
		int r = bolt_suppressions_add(vex->suppressions, &statement, vex->err);
		if (r < 0)
			return r == -EINVAL ? -EBADMSG : r;
	}
	return 0;
}

static int by_hash(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Does the report have a package with this purl (canonical, up to its qualifiers), of any version when it names none? */
static bool has_package(const struct bolt_vex *vex, const char *purl)
{
	uint64_t hash = bolt_hash64(purl, strcspn(purl, "?#"));

	return vex->packages_len > 0 && bsearch(&hash, vex->packages, vex->packages_len, sizeof(hash), by_hash);
}

static int list_packages(struct bolt_vex *vex)
{
	const struct bolt_report *report = vex->report;

	vex->packages = calloc(2 * report->packages_len + 1, sizeof(*vex->packages));
	if (!vex->packages)
		return -ENOMEM;
	for (size_t i = 0; i < report->packages_len; i++) {
		const char *purl = report->packages[i].purl;

		if (!purl)
			continue;
		vex->packages[vex->packages_len++] = bolt_hash64(purl, strcspn(purl, "@?#"));
		vex->packages[vex->packages_len++] = bolt_hash64(purl, strcspn(purl, "?#"));
	}
	qsort(vex->packages, vex->packages_len, sizeof(*vex->packages), by_hash);
	return 0;
}

int bolt_vex_state_package(struct bolt_vex *vex, const struct bolt_vex_says *says, const char *purl)
{
	if (says->status == VEX_SILENT || says->ids.len == 0)
		return 0;
	if (!purl || !bolt_starts_with(purl, "pkg:")) {
		vex->elsewhere++;
		return 0;
	}
	return state(vex, says, purl);
}

int bolt_vex_state(struct bolt_vex *vex, const struct bolt_vex_says *says, const char *product, const char *component)
{
	if (says->status == VEX_SILENT || says->ids.len == 0)
		return 0;
	bool subject = product && bolt_vex_is_subject(vex->report, product);
	bool within = component && product && (subject || has_package(vex, product));

	if (within)
		return bolt_vex_state_package(vex, says, component);
	if (!component && subject)
		return state(vex, says, NULL);
	if (!component && product && !bolt_vex_is_image(product))
		return bolt_vex_state_package(vex, says, product);
	vex->elsewhere++;
	return 0;
}

/* Which reader a document is for: by its top-level object's members. */
static int choose(struct bolt_cursor bytes, struct bolt_vex *vex,
		  int (**ret_reader)(struct bolt_vex *vex, struct bolt_cursor bytes))
{
	static const struct {
		const char *key, *by;
		int (*reader)(struct bolt_vex *vex, struct bolt_cursor bytes);
	} rows[] = {
		{ "statements", "openvex", bolt_vex_openvex },
		{ "document", "csaf", bolt_vex_csaf },
		{ "bomFormat", "cyclonedx", bolt_vex_cyclonedx },
	};
	struct bolt_json_pull json;
	struct bolt_cursor key;
	int r;

	bolt_jp_init(&json, bytes, BOLT_VEX_DEPTH_MAX, vex->err);
	r = bolt_jp_enter_or_skip(&json, '{');
	while (r > 0 && (r = bolt_jp_key(&json, &key)) > 0) {
		for (size_t i = 0; i < BOLT_ARRAY_LEN(rows) && !*ret_reader; i++) {
			if (!bolt_cursor_is(key, rows[i].key))
				continue;
			vex->by = rows[i].by;
			*ret_reader = rows[i].reader;
		}
		r = bolt_jp_skip(&json, NULL);
		r = r < 0 ? r : 1;
	}
	if (r == 0)
		r = bolt_jp_end(&json);
	bolt_jp_done(&json);
	if (r == 0 && !*ret_reader)
		r = bolt_err_set(vex->err, -EBADMSG, "neither OpenVEX nor CSAF nor CycloneDX");
	return r;
}

int bolt_vex_read(struct bolt_suppressions *suppressions, const struct bolt_report *report, const char *source, const void *bytes,
		  size_t len, size_t *ret_elsewhere, struct bolt_err *err)
{
	struct bolt_vex vex = { .suppressions = suppressions, .report = report, .source = source, .err = err };
	int (*reader)(struct bolt_vex * vex, struct bolt_cursor bytes) = NULL;
	size_t before = bolt_suppressions_len(suppressions);
	struct bolt_cursor data = bolt_cursor(bytes, len);

	if (len > BOLT_VEX_BYTES_MAX)
		return bolt_err_set(err, -E2BIG, "%s: larger than the bound of %zu bytes; " BOLT_BOUND_HINT, source,
				    BOLT_VEX_BYTES_MAX);
	vex.arena = bolt_arena_new(BOLT_VEX_TEXT_MAX);
	int r = vex.arena ? list_packages(&vex) : -ENOMEM;
	if (r == 0)
		r = choose(data, &vex, &reader);
	if (r == 0)
		r = reader(&vex, data);
	free(vex.packages);
	bolt_arena_free(vex.arena);
	if (r == 0) {
		*ret_elsewhere = vex.elsewhere;
		return 0;
	}
	bolt_suppressions_cut(suppressions, before);
	return bolt_err_wrap(err, r, "%s", source);
}
