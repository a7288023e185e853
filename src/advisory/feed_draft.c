/* An advisory in the making: every list bounded, every text checked, names in their normal form. */
#include <errno.h>
#include <string.h>

#include "advisory/feed_private.h"
#include "advisory/limits.h"

int bolt_draft_init(struct bolt_draft *draft)
{
	*draft = (struct bolt_draft){ .arena = bolt_arena_new(BOLT_ADVISORY_ARENA_MAX) };
	return draft->arena ? 0 : -ENOMEM;
}

void bolt_draft_done(struct bolt_draft *draft)
{
	bolt_arena_free(draft->arena);
	draft->arena = NULL;
}

/* Full whenever the length is a power of two: then twice the room is taken from the arena. */
void *bolt_draft_more(struct bolt_draft *draft, void *list, size_t *len, size_t item_size, size_t most)
{
	uint8_t *items;

	memcpy(&items, list, sizeof(items));
	if (*len >= most)
		return NULL;
	if ((*len & (*len - 1)) == 0) {
		uint8_t *more = bolt_arena_alloc(draft->arena, (*len ? *len * 2 : 1) * item_size);

		if (!more)
			return NULL;
		if (*len > 0)
			memcpy(more, items, *len * item_size);
		items = more;
		memcpy(list, &items, sizeof(items));
	}
	return items + (*len)++ * item_size;
}

static int too_many(struct bolt_draft *draft, const char *what, size_t most)
{
	return bolt_err_set(&draft->why, -E2BIG, "more %s than the bound of %zu; " BOLT_BOUND_HINT, what, most);
}

static int add_text(struct bolt_draft *draft, struct bolt_texts *texts, const char *text, const char *what)
{
	if (texts->len >= BOLT_ADVISORY_NAMES_MAX)
		return too_many(draft, what, BOLT_ADVISORY_NAMES_MAX);
	if (bolt_texts_add(texts, draft->arena, text) < 0)
		return too_many(draft, "bytes", BOLT_ADVISORY_ARENA_MAX);
	return 0;
}

int bolt_draft_id(struct bolt_draft *draft, const char *id)
{
	if (!bolt_feed_is_id(id))
		return bolt_err_set(&draft->why, -EBADMSG, "it has no name that can be one (1 to %u visible ASCII characters)",
				    BOLT_ADVISORY_ID_MAX);
	draft->advisory.id = id;
	return 0;
}

int bolt_draft_name(struct bolt_draft *draft, struct bolt_texts *names, const char *id)
{
	return bolt_feed_is_id(id) ? add_text(draft, names, id, "names") : 0;
}

int bolt_draft_reference(struct bolt_draft *draft, const char *url)
{
	return url && *url ? add_text(draft, &draft->advisory.references, url, "references") : 0;
}

int bolt_draft_cwe(struct bolt_draft *draft, const char *cwe)
{
	return cwe && strncmp(cwe, "CWE-", 4) == 0 && bolt_feed_is_id(cwe) ? add_text(draft, &draft->advisory.cwes, cwe, "CWEs")
									   : 0;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

int bolt_draft_rating(struct bolt_draft *draft, const char *source, const char *vector, enum bolt_severity severity)
{
	struct bolt_advisory *advisory = &draft->advisory;

	if (!vector && severity == BOLT_SEVERITY_UNKNOWN)
		return 0;
	for (size_t i = 0; i < advisory->ratings_len; i++) {
		const struct bolt_rating *said = &advisory->ratings[i];

		if (said->severity == severity && same_text(said->vector, vector) && same_text(said->source, source))
			return 0;
	}
	struct bolt_rating *rating = bolt_draft_more(draft, &advisory->ratings, &advisory->ratings_len, sizeof(*rating),
						     BOLT_ADVISORY_RATINGS_MAX);
	if (!rating)
		return too_many(draft, "severities", BOLT_ADVISORY_RATINGS_MAX);
	*rating = (struct bolt_rating){ .source = source, .vector = vector, .severity = severity };
	return 0;
}

int bolt_draft_affected(struct bolt_draft *draft, const char *ecosystem, const char *package, struct bolt_affected **ret_affected)
{
	struct bolt_advisory *advisory = &draft->advisory;
	const struct bolt_ecosystem *row = ecosystem ? bolt_ecosystem_find(ecosystem) : NULL;
	char normal_ecosystem[BOLT_ECOSYSTEM_NAME], normal_package[BOLT_ADVISED_NAME];

	if (!row || bolt_ecosystem_normalise(ecosystem, normal_ecosystem) < 0)
		return -ENOENT;
	if (!package || bolt_ecosystem_package(row, package, normal_package) < 0)
		return bolt_err_set(&draft->why, -EBADMSG, "a package without a name, or with one of more than %d bytes",
				    BOLT_ADVISED_NAME - 1);
	const char *last = advisory->affected_len ? advisory->affected[advisory->affected_len - 1].ecosystem : "";
	struct bolt_affected *affected = bolt_draft_more(draft, &advisory->affected, &advisory->affected_len, sizeof(*affected),
							 BOLT_ADVISORY_AFFECTED_MAX);
	if (!affected)
		return too_many(draft, "packages", BOLT_ADVISORY_AFFECTED_MAX);
	affected->ecosystem = strcmp(last, normal_ecosystem) == 0 ? last : bolt_arena_strdup(draft->arena, normal_ecosystem);
	affected->package = strcmp(package, normal_package) == 0 ? package : bolt_arena_strdup(draft->arena, normal_package);
	if (!affected->ecosystem || !affected->package)
		return too_many(draft, "bytes", BOLT_ADVISORY_ARENA_MAX);
	*ret_affected = affected;
	return 0;
}

int bolt_draft_range(struct bolt_draft *draft, struct bolt_affected *affected, struct bolt_range **ret_range)
{
	struct bolt_range *range = bolt_draft_more(draft, &affected->ranges, &affected->ranges_len, sizeof(*range),
						   BOLT_AFFECTED_RANGES_MAX);

	if (!range)
		return too_many(draft, "ranges of a package", BOLT_AFFECTED_RANGES_MAX);
	*ret_range = range;
	return 0;
}

static int bad_version(struct bolt_draft *draft)
{
	return bolt_err_set(&draft->why, -EBADMSG, "a version that can be none (1 to %u bytes, no control characters)",
			    BOLT_ADVISED_VERSION_MAX);
}

int bolt_draft_event(struct bolt_draft *draft, struct bolt_range *range, enum bolt_event_kind kind, const char *version)
{
	if (!bolt_feed_is_version(version))
		return bad_version(draft);
	struct bolt_event *event = bolt_draft_more(draft, &range->events, &range->events_len, sizeof(*event),
						   BOLT_RANGE_EVENTS_MAX);
	if (!event)
		return too_many(draft, "events of a range", BOLT_RANGE_EVENTS_MAX);
	*event = (struct bolt_event){ .kind = kind, .version = version };
	return 0;
}

int bolt_draft_until(struct bolt_draft *draft, struct bolt_affected *affected, const char *fixed)
{
	struct bolt_range *range = NULL;
	int r = bolt_draft_range(draft, affected, &range);

	if (r == 0)
		r = bolt_draft_event(draft, range, BOLT_EVENT_INTRODUCED, "0");
	if (r == 0 && fixed)
		r = bolt_draft_event(draft, range, BOLT_EVENT_FIXED, fixed);
	return r;
}

int bolt_draft_version(struct bolt_draft *draft, struct bolt_affected *affected, const char *version)
{
	if (!bolt_feed_is_version(version))
		return bad_version(draft);
	const char **item = bolt_draft_more(draft, &affected->versions, &affected->versions_len, sizeof(*item),
					    BOLT_AFFECTED_VERSIONS_MAX);
	if (!item)
		return too_many(draft, "versions of a package", BOLT_AFFECTED_VERSIONS_MAX);
	*item = version;
	return 0;
}

int bolt_draft_hand(struct bolt_draft *draft, int r, const char *where, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	if (r == 0)
		return sink->advisory(sink, &draft->advisory, err);
	if (r == -EBADMSG || r == -E2BIG)
		return sink->damaged(sink, where, bolt_err_text(&draft->why, r), err);
	return bolt_err_set(err, r, "%s: %s", where, bolt_err_text(&draft->why, r));
}

void bolt_feed_skipped(struct bolt_feed_sink *sink, const char *why, uint64_t records)
{
	if (sink->skipped && records > 0)
		sink->skipped(sink, why, records);
}
