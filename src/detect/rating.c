#include "detect/rating.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/cvss.h"
#include "core/hash64.h"
#include "core/text.h"
#include "detect/authority.h"

enum { RELATED_MOST = 32 }; /* records of one name that are looked at: a CVE has one a feed */

/* Who states severities, best first; anybody else comes after. */
static const char *const raters[] = { "nvd", "ghsa", "redhat", "cna" };

struct best {
	unsigned rank; /* lower is better */
	unsigned major;
	const char *source;
	const struct bolt_rating *rating;
	struct bolt_cvss cvss;
};

static unsigned rater_rank(const char *source)
{
	unsigned rank = 0;

	while (rank < BOLT_ARRAY_LEN(raters) && strcmp(raters[rank], source) != 0)
		rank++;
	return rank + 1; /* 0: the group's own publisher */
}

static void prefer(struct best *best, const struct best *other)
{
	if (other->rating &&
	    (!best->rating || other->rank < best->rank || (other->rank == best->rank && other->major > best->major)))
		*best = *other;
}

/* By who, then, of vectors, by version of CVSS. */
static void consider(struct best *vector, struct best *word, const struct bolt_rating *rating, const char *publisher, bool own)
{
	struct best this = { .source = rating->source ? rating->source : publisher, .rating = rating };

	this.rank = own && !rating->source ? 0 : rater_rank(this.source);
	if (rating->severity != BOLT_SEVERITY_UNKNOWN)
		prefer(word, &this);
	if (rating->vector && bolt_cvss_parse(rating->vector, &this.cvss) == 0) {
		this.major = this.cvss.major * 10 + this.cvss.minor;
		prefer(vector, &this);
	}
}

static void consider_record(struct best *vector, struct best *word, const struct bolt_advisory *record, const char *publisher,
			    bool own)
{
	for (size_t i = 0; i < record->ratings_len; i++)
		consider(vector, word, &record->ratings[i], publisher, own);
}

/* GHSA's records come by way of OSV. */
static const char *publisher_of(const struct bolt_advisory *record, const char *part)
{
	if (bolt_starts_with(record->id, "GHSA-"))
		return "ghsa";
	return bolt_starts_with(part, "nvd") ? "nvd" : "osv";
}

/* What all records of one name say of it. */
struct said {
	const char *name; /* NULL: a free slot */
	struct best vector, word;
	const char *title, *description;
};

struct bolt_rater {
	struct bolt_database *database; /* borrowed */
	struct bolt_arena *arena;       /* borrowed */
	struct said *said;
	size_t len, room; /* room: a power of two */
};

int bolt_rater_new(struct bolt_database *database, struct bolt_arena *arena, struct bolt_rater **ret_rater)
{
	struct bolt_rater *rater = calloc(1, sizeof(*rater));

	if (!rater)
		return -ENOMEM;
	rater->database = database;
	rater->arena = arena;
	*ret_rater = rater;
	return 0;
}

void bolt_rater_free(struct bolt_rater *rater)
{
	if (!rater)
		return;
	free(rater->said);
	free(rater);
}

static struct said *slot_of(const struct bolt_rater *rater, const char *name)
{
	for (size_t at = (size_t) bolt_hash64(name, strlen(name));; at++) {
		struct said *slot = &rater->said[at & (rater->room - 1)];

		if (!slot->name || strcmp(slot->name, name) == 0)
			return slot;
	}
}

static int grow(struct bolt_rater *rater)
{
	struct bolt_rater bigger = *rater;

	bigger.room = rater->room ? rater->room * 2 : 256;
	bigger.said = calloc(bigger.room, sizeof(*bigger.said));
	if (!bigger.said)
		return -ENOMEM;
	for (size_t i = 0; i < rater->room; i++) {
		if (rater->said[i].name)
			*slot_of(&bigger, rater->said[i].name) = rater->said[i];
	}
	free(rater->said);
	*rater = bigger;
	return 0;
}

static int ask(struct bolt_rater *rater, struct said *said)
{
	uint32_t records[RELATED_MOST];
	int n = bolt_database_named(rater->database, said->name, records, BOLT_ARRAY_LEN(records));

	for (int i = 0; i < n; i++) {
		struct bolt_advisory *record = bolt_arena_alloc(rater->arena, sizeof(*record));
		const struct bolt_part_state *part;
		uint16_t number;
		int r = record ? bolt_database_record(rater->database, records[i], rater->arena, &number, record) : -ENOMEM;

		if (r < 0)
			return r;
		part = bolt_database_part_numbered(rater->database, number);
		consider_record(&said->vector, &said->word, record, publisher_of(record, part ? part->part : ""), false);
		if (!said->title)
			said->title = record->summary;
		if (!said->description)
			said->description = record->details;
	}
	return n < 0 ? n : 0;
}

/* Each name once: the same one comes up for every binary package of a source. */
static int what_is_said(struct bolt_rater *rater, const char *name, const struct said **ret_said)
{
	if (rater->len * 2 >= rater->room && grow(rater) < 0)
		return -ENOMEM;
	struct said *slot = slot_of(rater, name);
	int r = 0;

	if (!slot->name) {
		slot->name = name;
		rater->len++;
		r = ask(rater, slot);
	}
	*ret_said = slot;
	return r;
}

static int consider_others(struct bolt_rater *rater, const char *name, struct best *vector, struct best *word,
			   struct bolt_finding *finding)
{
	const struct said *said;
	int r = what_is_said(rater, name, &said);

	if (r < 0)
		return r;
	prefer(vector, &said->vector);
	prefer(word, &said->word);
	if (!finding->title)
		finding->title = said->title;
	if (!finding->description)
		finding->description = said->description;
	return 0;
}

static void conclude(struct bolt_finding *finding, const struct best *vector, const struct best *word)
{
	if (vector->rating) {
		finding->cvss_vector = vector->rating->vector;
		finding->cvss_tenths = vector->cvss.base_tenths;
	}
	if (finding->severity != BOLT_SEVERITY_UNKNOWN)
		return; /* the distribution's */
	if (vector->rating) {
		finding->severity = vector->cvss.severity;
		finding->severity_source = vector->source;
	} else if (word->rating) {
		finding->severity = word->rating->severity;
		finding->severity_source = word->source;
	}
}

int bolt_rate_finding(struct bolt_rater *rater, const struct bolt_candidate_group *group, struct bolt_finding *finding)
{
	struct best vector = { .rating = NULL }, word = { .rating = NULL };
	int r = 0;

	for (const struct bolt_candidate *c = group->first; c; c = c->next) {
		const struct bolt_part_state *state = bolt_database_part_numbered(rater->database, c->entry.part);
		const char *part = state ? state->part : "";
		const char *publisher = c->probe->row->os_id ? bolt_authority_name(c->probe->row, part)
							     : publisher_of(c->record, part);

		if (c->entry.severity > finding->severity) {
			finding->severity = c->entry.severity;
			finding->severity_source = publisher;
		}
		if (c->name && c->record->upstream.len > 1)
			continue; /* an erratum's rating is that of the worst of those it deals with, its text about all */
		consider_record(&vector, &word, c->record, publisher, true);
		if (!finding->title)
			finding->title = c->record->summary;
		if (!finding->description)
			finding->description = c->record->details;
	}
	r = consider_others(rater, finding->id, &vector, &word, finding);
	for (size_t i = 0; r == 0 && !vector.rating && i < finding->aliases.len; i++)
		r = consider_others(rater, finding->aliases.items[i], &vector, &word, finding);
	if (r < 0)
		return r;
	for (const struct bolt_candidate *c = group->first; c && !finding->title; c = c->next)
		finding->title = c->record->summary;
	for (const struct bolt_candidate *c = group->first; c && !word.rating && !vector.rating; c = c->next)
		consider_record(&vector, &word, c->record, "erratum", true);
	conclude(finding, &vector, &word);
	return 0;
}
