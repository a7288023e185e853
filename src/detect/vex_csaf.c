/* CSAF 2.0: products by the purls of their identification helpers, or as parts of images and platforms. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/csaf.h"
#include "detect/limits.h"
#include "detect/vex_private.h"

enum { TEXTS_MAX = 4096 }; /* flags and impact statements of one vulnerability */

struct csaf {
	struct bolt_vex *vex;
	struct bolt_csaf_tree tree;
	struct bolt_cursor tree_at, vulnerabilities_at;
	struct bolt_vex_says says;
	struct bolt_csaf_words statuses, flags, impacts; /* of one vulnerability: enum vex_status, indices of texts */
	struct bolt_texts texts;
};

static int read_time(void *context, struct bolt_json_pull *json)
{
	struct csaf *csaf = context;

	return bolt_vex_time(csaf->vex, json, &csaf->says.stated_unix);
}

static int read_tracking(void *context, struct bolt_json_pull *json)
{
	static const struct bolt_vex_member rows[] = { { "current_release_date", read_time } };

	return bolt_vex_members(context, json, rows, BOLT_ARRAY_LEN(rows));
}

static int read_head(void *context, struct bolt_json_pull *json)
{
	static const struct bolt_vex_member rows[] = { { "tracking", read_tracking } };

	return bolt_vex_members(context, json, rows, BOLT_ARRAY_LEN(rows));
}

static int note_tree(void *context, struct bolt_json_pull *json)
{
	((struct csaf *) context)->tree_at = json->at;
	return bolt_jp_skip(json, NULL);
}

static int note_vulnerabilities(void *context, struct bolt_json_pull *json)
{
	((struct csaf *) context)->vulnerabilities_at = json->at;
	return bolt_jp_skip(json, NULL);
}

static int read_id(void *context, struct bolt_json_pull *json)
{
	struct csaf *csaf = context;

	return bolt_vex_id(csaf->vex, &csaf->says.ids, json);
}

static int read_other_id(void *context, struct bolt_json_pull *json)
{
	static const struct bolt_vex_member rows[] = { { "text", read_id } };

	return bolt_vex_members(context, json, rows, BOLT_ARRAY_LEN(rows));
}

static int read_other_ids(void *context, struct bolt_json_pull *json)
{
	return bolt_vex_items(context, json, read_other_id);
}

static int read_not_affected(void *context, struct bolt_json_pull *json)
{
	return bolt_csaf_words_ids(&((struct csaf *) context)->statuses, json, VEX_NOT_AFFECTED);
}

static int read_fixed(void *context, struct bolt_json_pull *json)
{
	return bolt_csaf_words_ids(&((struct csaf *) context)->statuses, json, VEX_FIXED);
}

static int read_counting(void *context, struct bolt_json_pull *json)
{
	return bolt_csaf_words_ids(&((struct csaf *) context)->statuses, json, VEX_COUNTS);
}

static int read_product_status(void *context, struct bolt_json_pull *json)
{
	static const struct bolt_vex_member rows[] = {
		{ "known_not_affected", read_not_affected },
		{ "fixed", read_fixed },
		{ "first_fixed", read_fixed },
		{ "known_affected", read_counting },
		{ "first_affected", read_counting },
		{ "last_affected", read_counting },
		{ "under_investigation", read_counting },
	};

	return bolt_vex_members(context, json, rows, BOLT_ARRAY_LEN(rows));
}

/* A flag, or a threat: what it says, of which products. */
struct saying {
	struct csaf *csaf;
	const char *category, *text;
	struct bolt_cursor products, groups;
};

static int read_saying_category(void *context, struct bolt_json_pull *json)
{
	struct saying *saying = context;

	return bolt_vex_text(saying->csaf->vex, json, &saying->category);
}

static int read_saying_text(void *context, struct bolt_json_pull *json)
{
	struct saying *saying = context;

	return bolt_vex_text(saying->csaf->vex, json, &saying->text);
}

static int note_products(void *context, struct bolt_json_pull *json)
{
	((struct saying *) context)->products = json->at;
	return bolt_jp_skip(json, NULL);
}

static int note_groups(void *context, struct bolt_json_pull *json)
{
	((struct saying *) context)->groups = json->at;
	return bolt_jp_skip(json, NULL);
}

static int read_lists(struct saying *saying, struct bolt_csaf_words *words)
{
	struct csaf *csaf = saying->csaf;
	struct bolt_json_pull json;
	uint32_t what = (uint32_t) csaf->texts.len;
	int r = 0;

	if (csaf->texts.len >= TEXTS_MAX)
		return bolt_err_set(csaf->vex->err, -E2BIG, "more than %d flags and impact statements of one vulnerability",
				    TEXTS_MAX);
	if (bolt_texts_append(&csaf->texts, csaf->vex->arena, saying->text) < 0)
		return -ENOMEM;
	if (saying->products.left > 0) {
		bolt_jp_init(&json, saying->products, BOLT_VEX_DEPTH_MAX, csaf->vex->err);
		r = bolt_csaf_words_ids(words, &json, what);
		bolt_jp_done(&json);
	}
	if (r == 0 && saying->groups.left > 0) {
		bolt_jp_init(&json, saying->groups, BOLT_VEX_DEPTH_MAX, csaf->vex->err);
		r = bolt_csaf_words_groups(words, &json, &csaf->tree, what);
		bolt_jp_done(&json);
	}
	return r;
}

static int read_flag(void *context, struct bolt_json_pull *json)
{
	static const struct bolt_vex_member rows[] = {
		{ "label", read_saying_text },
		{ "product_ids", note_products },
		{ "group_ids", note_groups },
	};
	struct saying saying = { .csaf = context };
	int r = bolt_vex_members(&saying, json, rows, BOLT_ARRAY_LEN(rows));

	return r < 0 || !saying.text ? r : read_lists(&saying, &saying.csaf->flags);
}

static int read_flags(void *context, struct bolt_json_pull *json)
{
	return bolt_vex_items(context, json, read_flag);
}

static int read_threat(void *context, struct bolt_json_pull *json)
{
	static const struct bolt_vex_member rows[] = {
		{ "category", read_saying_category },
		{ "details", read_saying_text },
		{ "product_ids", note_products },
		{ "group_ids", note_groups },
	};
	struct saying saying = { .csaf = context };
	int r = bolt_vex_members(&saying, json, rows, BOLT_ARRAY_LEN(rows));

	if (r < 0 || !saying.text || !saying.category || strcmp(saying.category, "impact") != 0)
		return r;
	return read_lists(&saying, &saying.csaf->impacts);
}

static int read_threats(void *context, struct bolt_json_pull *json)
{
	return bolt_vex_items(context, json, read_threat);
}

/* Is a platform the system that was looked at? "cpe:/o:redhat:enterprise_linux:9::baseos" of rhel 9.4. Of others we do not know how
 * their names and releases go together: theirs are elsewhere. */
static bool is_system(const struct bolt_os *os, const char *cpe)
{
	static const char words[] = ":redhat:enterprise_linux:";
	const char *release = strstr(cpe, words);

	if (!release || !os->id || strcmp(os->id, "rhel") != 0 || !os->version_id)
		return false;
	release += sizeof(words) - 1;
	size_t len = strspn(release, "0123456789");
	return len > 0 && len == strspn(os->version_id, "0123456789") && strncmp(release, os->version_id, len) == 0;
}

/* One product. A part of an image or a package is told by both; a part of the system by itself. */
static int state_product(struct csaf *csaf, const struct bolt_csaf_product *product)
{
	const struct bolt_csaf_product *component = bolt_csaf_product(&csaf->tree, product->component);
	const struct bolt_csaf_product *whole = bolt_csaf_product(&csaf->tree, product->whole);

	if (product->purl)
		return bolt_vex_state(csaf->vex, &csaf->says, product->purl, NULL);
	if (component && component->purl && whole && whole->purl)
		return bolt_vex_state(csaf->vex, &csaf->says, whole->purl, component->purl);
	if (component && component->purl && whole && whole->cpe && is_system(&csaf->vex->report->os, whole->cpe))
		return bolt_vex_state_package(csaf->vex, &csaf->says, component->purl);
	return bolt_vex_state(csaf->vex, &csaf->says, NULL, NULL);
}

static int state_word(struct csaf *csaf, const struct bolt_csaf_word *word)
{
	const struct bolt_csaf_product *product = bolt_csaf_product(&csaf->tree, word->product);
	const struct bolt_csaf_word *flag = bolt_csaf_word(&csaf->flags, word->product);
	const struct bolt_csaf_word *impact = bolt_csaf_word(&csaf->impacts, word->product);

	csaf->says.status = (enum vex_status) word->what;
	csaf->says.justification = flag ? csaf->texts.items[flag->what] : NULL;
	csaf->says.reason = impact ? csaf->texts.items[impact->what] : NULL;
	return product ? state_product(csaf, product) : bolt_vex_state(csaf->vex, &csaf->says, NULL, NULL);
}

/* What counts is said last: that holds against others of the same document. */
static int state_all(struct csaf *csaf)
{
	int r = 0;

	bolt_csaf_words_sort(&csaf->statuses);
	bolt_csaf_words_sort(&csaf->flags);
	bolt_csaf_words_sort(&csaf->impacts);
	for (int counts = 0; counts <= 1; counts++) {
		for (size_t i = 0; i < csaf->statuses.len && r == 0; i++) {
			if ((csaf->statuses.items[i].what == VEX_COUNTS) == counts)
				r = state_word(csaf, &csaf->statuses.items[i]);
		}
	}
	return r;
}

static int read_vulnerability(void *context, struct bolt_json_pull *json)
{
	static const struct bolt_vex_member rows[] = {
		{ "cve", read_id },      { "ids", read_other_ids },   { "product_status", read_product_status },
		{ "flags", read_flags }, { "threats", read_threats },
	};
	struct csaf *csaf = context;

	csaf->says.ids = csaf->texts = (struct bolt_texts){ .len = 0 };
	csaf->statuses.len = csaf->flags.len = csaf->impacts.len = 0;
	int r = bolt_vex_members(csaf, json, rows, BOLT_ARRAY_LEN(rows));
	return r < 0 ? r : state_all(csaf);
}

static int read_document(struct csaf *csaf, struct bolt_cursor bytes)
{
	static const struct bolt_vex_member rows[] = {
		{ "document", read_head },
		{ "product_tree", note_tree },
		{ "vulnerabilities", note_vulnerabilities },
	};
	struct bolt_json_pull json;

	bolt_jp_init(&json, bytes, BOLT_VEX_DEPTH_MAX, csaf->vex->err);
	int r = bolt_vex_members(csaf, &json, rows, BOLT_ARRAY_LEN(rows));
	bolt_jp_done(&json);
	if (r == 0 && csaf->tree_at.left > 0)
		r = bolt_csaf_tree_read(csaf->tree_at, csaf->vex->arena, &csaf->tree, csaf->vex->err);
	if (r < 0 || csaf->vulnerabilities_at.left == 0)
		return r;
	bolt_jp_init(&json, csaf->vulnerabilities_at, BOLT_VEX_DEPTH_MAX, csaf->vex->err);
	r = bolt_vex_items(csaf, &json, read_vulnerability);
	bolt_jp_done(&json);
	return r;
}

int bolt_vex_csaf(struct bolt_vex *vex, struct bolt_cursor bytes)
{
	struct csaf csaf = { .vex = vex };
	int r = read_document(&csaf, bytes);

	bolt_csaf_tree_done(&csaf.tree);
	bolt_csaf_words_done(&csaf.statuses);
	bolt_csaf_words_done(&csaf.flags);
	bolt_csaf_words_done(&csaf.impacts);
	return r;
}
