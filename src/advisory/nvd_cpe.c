#include "advisory/nvd_cpe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/limits.h"
#include "core/json.h"
#include "core/text.h"

enum { PART, VENDOR, PRODUCT, VERSION, UPDATE, FIELDS };

struct match {
	const char *package; /* "vendor:product" */
	const char *version; /* "*": see bounds; "-": none */
	const json_t *bounds;
};

struct matches {
	struct match *items;
	size_t len;
};

/* The first fields of "cpe:2.3:a:vendor:product:version:update:...", their quoting ("joomla\!") taken off. */
static bool split_cpe(struct bolt_arena *arena, const char *cpe, const char *ret_fields[FIELDS])
{
	static const char prefix[] = "cpe:2.3:";

	if (!cpe || !bolt_starts_with(cpe, prefix))
		return false;
	const char *from = cpe + sizeof(prefix) - 1;
	char *to = bolt_arena_text(arena, from, strlen(from));
	for (int i = 0; to && i < FIELDS; i++) {
		ret_fields[i] = to;
		for (; *from && *from != ':'; from++) {
			if (*from == '\\' && from[1])
				from++;
			*to++ = *from;
		}
		if (*from++ != ':')
			return false;
		*to++ = '\0';
	}
	return to != NULL;
}

static int add_match(const json_t *item, struct bolt_draft *draft, struct matches *matches)
{
	const char *fields[FIELDS];

	if (!json_is_true(json_object_get(item, "vulnerable")) ||
	    !split_cpe(draft->arena, bolt_json_text(item, "criteria"), fields) || !strchr("ao", fields[PART][0]) ||
	    strcmp(fields[PRODUCT], "*") == 0)
		return 0;
	struct match *match = bolt_draft_more(draft, &matches->items, &matches->len, sizeof(*match), BOLT_ADVISORY_AFFECTED_MAX);
	if (!match)
		return bolt_err_set(&draft->why, -E2BIG, "more CPEs than the bound of %u; " BOLT_BOUND_HINT,
				    BOLT_ADVISORY_AFFECTED_MAX);
	match->bounds = item;
	match->package = bolt_arena_printf(draft->arena, "%s:%s", fields[VENDOR], fields[PRODUCT]);
	match->version = fields[VERSION];
	if (strcmp(fields[VERSION], "*") != 0 && strcmp(fields[UPDATE], "*") != 0 && strcmp(fields[UPDATE], "-") != 0)
		match->version = bolt_arena_printf(draft->arena, "%s-%s", fields[VERSION], fields[UPDATE]);
	return match->package && match->version ? 0 : bolt_err_set(&draft->why, -E2BIG, "too many CPEs");
}

/* OSV has no "after": the first version that plainly follows X is taken to be X.0. */
static int add_bounds(const struct match *match, struct bolt_draft *draft, struct bolt_affected *affected)
{
	const char *from = bolt_json_text(match->bounds, "versionStartIncluding"),
		   *after = bolt_json_text(match->bounds, "versionStartExcluding"),
		   *last = bolt_json_text(match->bounds, "versionEndIncluding"),
		   *fixed = bolt_json_text(match->bounds, "versionEndExcluding");
	struct bolt_range *range = NULL;
	int r = bolt_draft_range(draft, affected, &range);

	if (!from)
		from = after ? bolt_arena_printf(draft->arena, "%s.0", after) : "0";
	if (r == 0)
		r = bolt_draft_event(draft, range, BOLT_EVENT_INTRODUCED, from);
	if (r == 0 && fixed)
		r = bolt_draft_event(draft, range, BOLT_EVENT_FIXED, fixed);
	else if (r == 0 && last)
		r = bolt_draft_event(draft, range, BOLT_EVENT_LAST_AFFECTED, last);
	return r;
}

static int compare_matches(const void *a, const void *b)
{
	const struct match *x = a, *y = b;
	int order = strcmp(x->package, y->package);

	return order ? order : strcmp(x->version, y->version);
}

static int add_affected(const struct matches *matches, struct bolt_draft *draft)
{
	struct bolt_affected *affected = NULL;
	int r = 0;

	if (matches->len > 0)
		qsort(matches->items, matches->len, sizeof(*matches->items), compare_matches);
	for (size_t i = 0; r == 0 && i < matches->len; i++) {
		const struct match *match = &matches->items[i];
		bool again = i > 0 && strcmp(match->package, match[-1].package) == 0;

		if (!again)
			r = bolt_draft_affected(draft, "CPE", match->package, &affected);
		if (r < 0)
			break;
		if (strcmp(match->version, "*") == 0)
			r = add_bounds(match, draft, affected);
		else if (strcmp(match->version, "-") != 0 && !(again && strcmp(match->version, match[-1].version) == 0))
			r = bolt_draft_version(draft, affected, match->version);
	}
	return r;
}

static int add_nodes(const json_t *nodes, struct bolt_draft *draft, struct matches *matches)
{
	const json_t *node, *item;

	for (size_t i = 0; (node = json_array_get(nodes, i)) != NULL; i++) {
		const json_t *list = json_object_get(node, "cpeMatch");

		if (json_is_true(json_object_get(node, "negate")))
			continue;
		for (size_t k = 0; (item = json_array_get(list, k)) != NULL; k++) {
			int r = add_match(item, draft, matches);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

int bolt_nvd_affected(const json_t *configurations, struct bolt_draft *draft)
{
	struct matches matches = { .items = NULL };
	const json_t *configuration;

	for (size_t i = 0; (configuration = json_array_get(configurations, i)) != NULL; i++) {
		int r = add_nodes(json_object_get(configuration, "nodes"), draft, &matches);

		if (r < 0)
			return r;
	}
	return add_affected(&matches, draft);
}
