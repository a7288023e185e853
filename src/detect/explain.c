#include "detect/explain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/cvss.h"
#include "advisory/ecosystem.h"
#include "core/grow.h"
#include "core/text.h"
#include "detect/authority.h"
#include "detect/candidates.h"
#include "detect/limits.h"
#include "model/purl.h"

struct explanation {
	struct bolt_database *database;
	struct bolt_arena *arena;
	struct bolt_out *out;
};

/* A stranger's text: nothing in it may steer a terminal. */
static void put(const struct explanation *e, const char *text)
{
	char *copy = bolt_arena_strdup(e->arena, text);

	if (!copy) {
		bolt_out_text(e->out, "?");
		return;
	}
	bolt_text_clean(copy);
	bolt_out_text(e->out, copy);
}

static void put_texts(const struct explanation *e, const char *heading, const struct bolt_texts *texts)
{
	if (texts->len == 0)
		return;
	bolt_out_text(e->out, heading);
	for (size_t i = 0; i < texts->len; i++) {
		bolt_out_text(e->out, i ? ", " : "");
		put(e, texts->items[i]);
	}
	bolt_out_char(e->out, '\n');
}

static void put_range(const struct explanation *e, const struct bolt_range *range)
{
	static const char *const words[] = { "introduced ", "fixed ", "last affected ", "limit " };

	for (size_t i = 0; i < range->events_len; i++) {
		bolt_out_text(e->out, i ? ", " : "");
		if (range->events[i].kind == BOLT_EVENT_INTRODUCED && strcmp(range->events[i].version, "0") == 0) {
			bolt_out_text(e->out, "all");
			continue;
		}
		bolt_out_text(e->out, words[range->events[i].kind]);
		put(e, range->events[i].version);
	}
}

static void put_affected(const struct explanation *e, const struct bolt_affected *affected)
{
	enum { VERSIONS_SHOWN = 12 };

	bolt_out_text(e->out, "      ");
	put(e, affected->ecosystem);
	bolt_out_char(e->out, ' ');
	put(e, affected->package);
	bolt_out_text(e->out, affected->binary ? " (binary package)" : "");
	if (affected->modularity) {
		bolt_out_text(e->out, ", module ");
		put(e, affected->modularity);
	}
	bolt_out_text(e->out, ": ");
	for (size_t i = 0; i < affected->ranges_len; i++) {
		bolt_out_text(e->out, i ? "; " : "");
		put_range(e, &affected->ranges[i]);
	}
	for (size_t i = 0; i < affected->versions_len && i < VERSIONS_SHOWN; i++) {
		bolt_out_text(e->out, i == 0 ? affected->ranges_len ? "; listed: " : "listed: " : ", ");
		put(e, affected->versions[i]);
	}
	if (affected->versions_len > VERSIONS_SHOWN)
		bolt_outf(e->out, " and %zu more", affected->versions_len - VERSIONS_SHOWN);
	if (affected->status != BOLT_STATUS_AFFECTED)
		bolt_outf(e->out, " [%s]", bolt_status_text(affected->status));
	if (affected->severity != BOLT_SEVERITY_UNKNOWN)
		bolt_outf(e->out, " [%s]", bolt_severity_text(affected->severity));
	bolt_out_char(e->out, '\n');
}

static void put_ratings(const struct explanation *e, const struct bolt_advisory *record)
{
	struct bolt_cvss cvss;

	for (size_t i = 0; i < record->ratings_len; i++) {
		const struct bolt_rating *rating = &record->ratings[i];

		bolt_out_text(e->out, "    severity: ");
		if (rating->vector && bolt_cvss_parse(rating->vector, &cvss) == 0)
			bolt_outf(e->out, "%u.%u %s ", cvss.base_tenths / 10, cvss.base_tenths % 10,
				  bolt_severity_text(cvss.severity));
		if (rating->vector)
			put(e, rating->vector);
		else
			bolt_out_text(e->out, bolt_severity_text(rating->severity));
		if (rating->source) {
			bolt_out_text(e->out, " by ");
			put(e, rating->source);
		}
		bolt_out_char(e->out, '\n');
	}
}

static int put_record(const struct explanation *e, uint32_t number)
{
	const struct bolt_part_state *part;
	struct bolt_advisory record;
	uint16_t part_number;
	int r = bolt_database_whole_record(e->database, number, e->arena, &part_number, &record);

	if (r < 0)
		return r;
	part = bolt_database_part_numbered(e->database, part_number);
	bolt_out_text(e->out, "  ");
	put(e, record.id);
	bolt_out_text(e->out, " of ");
	put(e, part ? part->part : "?");
	bolt_out_text(e->out, record.withdrawn ? " (withdrawn: nothing is judged by it)\n" : "\n");
	if (record.summary) {
		bolt_out_text(e->out, "    ");
		put(e, record.summary);
		bolt_out_char(e->out, '\n');
	}
	put_texts(e, "    the same as: ", &record.aliases);
	put_texts(e, "    deals with: ", &record.upstream);
	put_ratings(e, &record);
	for (size_t i = 0; i < record.affected_len; i++)
		put_affected(e, &record.affected[i]);
	return 0;
}

static int put_exploitation(const struct explanation *e, const char *id)
{
	struct bolt_epss epss = { .known = false };
	struct bolt_kev kev = { .known = false };
	int r = bolt_database_epss(e->database, id, &epss);

	if (r == 0)
		r = bolt_database_kev(e->database, id, &kev);
	if (r < 0)
		return r;
	if (epss.known)
		bolt_outf(e->out,
			  "  EPSS: %u.%03u %% likely to be exploited within 30 days, as likely as or more than %u.%01u %% of all\n",
			  epss.score / 1000, epss.score % 1000, epss.percentile / 1000, epss.percentile % 1000 / 100);
	if (kev.known) {
		bolt_out_text(e->out, "  KEV: known to be exploited; in CISA's catalogue since ");
		put(e, kev.added ? kev.added : "?");
		bolt_out_text(e->out, ", to be fixed by ");
		put(e, kev.due ? kev.due : "?");
		bolt_out_text(e->out, kev.ransomware ? "; used by ransomware\n" : "\n");
	}
	return epss.known || kev.known;
}

static int damaged_or(int r, struct bolt_err *err)
{
	return r == -EBADMSG || r == -ENOENT
		       ? bolt_err_set(err, -EBADMSG, "the advisory database is damaged: fetch it anew with boltseal db update")
		       : r;
}

int bolt_explain_id(struct bolt_database *database, const char *id, struct bolt_out *out, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_arena_freep) struct bolt_arena *arena = bolt_arena_new(SIZE_MAX / 2);
	struct explanation e = { .database = database, .arena = arena, .out = out };
	uint32_t *records;
	int r, n;

	if (!arena || !(records = bolt_arena_alloc(arena, BOLT_EXPLAINED_RECORDS_MAX * sizeof(*records))))
		return -ENOMEM;
	n = bolt_database_named(database, id, records, BOLT_EXPLAINED_RECORDS_MAX);
	if (n < 0)
		return damaged_or(n, err);
	put(&e, id);
	bolt_outf(out, ": %d record%s\n", n, n == 1 ? "" : "s");
	r = put_exploitation(&e, id);
	if (r < 0)
		return damaged_or(r, err);
	if (n == 0 && r == 0)
		return bolt_err_set(err, -ENOENT, "no feed of this database speaks of %s", id);
	for (int i = 0; i < n; i++) {
		r = put_record(&e, records[i]);
		if (r < 0)
			return damaged_or(r, err);
	}
	if (n == (int) BOLT_EXPLAINED_RECORDS_MAX)
		bolt_outf(out, "  only the first %d records are shown\n", n);
	return 0;
}

static void put_probes(const struct explanation *e, const struct bolt_probe *probes, size_t len)
{
	bolt_out_text(e->out, "asked for\n");
	for (size_t i = 0; i < len; i++) {
		bolt_out_text(e->out, "  ");
		put(e, probes[i].ecosystem);
		bolt_out_char(e->out, ' ');
		put(e, probes[i].package);
		bolt_out_text(e->out, probes[i].row->by_source
					      ? probes[i].binary ? " (binary package), version " : " (source package), version "
					      : ", version ");
		put(e, probes[i].version);
		bolt_outf(e->out, ", compared as %s\n", bolt_version_scheme_text(probes[i].row->scheme));
	}
}

/* Records that were shown to count. */
struct told {
	uint32_t *records;
	size_t len, room;
};

static int put_findings(const struct explanation *e, struct bolt_candidates *candidates, struct told *told)
{
	struct bolt_candidate_group *group;
	size_t n = 0;

	while ((group = bolt_candidates_next_group(candidates)) != NULL) {
		bolt_out_text(e->out, n++ == 0 ? "affected by\n  " : "  ");
		put(e, group->id);
		if (group->best->hit.fixed) {
			bolt_out_text(e->out, ", fixed in ");
			put(e, group->best->hit.fixed);
		} else {
			bolt_outf(e->out, ", %s", bolt_status_text(group->best->entry.status));
		}
		bolt_out_char(e->out, '\n');
		for (const struct bolt_candidate *c = group->first; c; c = c->next) {
			const struct bolt_part_state *part = bolt_database_part_numbered(e->database, c->entry.part);
			const char *why = bolt_candidate_why(c, e->arena);

			bolt_out_text(e->out, "    ");
			put(e, c->record->id);
			bolt_out_text(e->out, " of ");
			put(e, part ? part->part : "?");
			bolt_out_text(e->out, ": ");
			put(e, why ? why : "?");
			bolt_out_char(e->out, '\n');
			int r = bolt_grow(&told->records, told->len, &told->room, sizeof(*told->records));
			if (r < 0)
				return r;
			told->records[told->len++] = c->entry.record;
		}
	}
	if (n == 0)
		bolt_out_text(e->out, "affected by nothing that the database knows\n");
	return 0;
}

/* The part of a record that was asked about. */
static const struct bolt_affected *asked_part(const struct bolt_advisory *record, const struct bolt_probe *probe)
{
	for (size_t i = 0; i < record->affected_len; i++) {
		const struct bolt_affected *affected = &record->affected[i];

		if (strcmp(affected->ecosystem, probe->ecosystem) == 0 && strcmp(affected->package, probe->package) == 0)
			return affected;
	}
	return NULL;
}

static int put_one_beside(const struct explanation *e, const struct bolt_candidate *c)
{
	const struct bolt_part_state *part;
	struct bolt_advisory record;
	uint16_t number;
	int r = bolt_database_whole_record(e->database, c->entry.record, e->arena, &number, &record);

	if (r < 0)
		return r;
	const struct bolt_affected *asked = asked_part(&record, c->probe);
	part = bolt_database_part_numbered(e->database, number);
	bolt_out_text(e->out, "  ");
	put(e, record.id);
	put_texts(e, " about ", &record.upstream);
	if (record.upstream.len == 0)
		bolt_out_char(e->out, '\n');
	bolt_out_text(e->out, "    of ");
	put(e, part ? part->part : "?");
	bolt_out_text(e->out, c->affects ? ": counts it, but who has more authority does not\n" : ": does not count it\n");
	if (asked)
		put_affected(e, asked);
	return 0;
}

/* Who does not count the version, or is not heard. */
static int put_the_rest(const struct explanation *e, const struct bolt_candidates *candidates, const struct told *told)
{
	size_t len, n = 0;
	const struct bolt_candidate *all = bolt_candidates_all(candidates, &len);
	int r = 0;

	for (size_t i = 0; r == 0 && i < len; i++) {
		bool is_told = false;

		for (size_t k = 0; k < told->len; k++)
			is_told |= told->records[k] == all[i].entry.record;
		if (is_told && all[i].affects)
			continue;
		bolt_out_text(e->out, n++ == 0 ? "known, and not counted\n" : "");
		r = put_one_beside(e, &all[i]);
	}
	return r;
}

static int explain_package(const struct explanation *e, struct bolt_candidates *candidates, const struct bolt_package *package,
			   const struct bolt_os *os)
{
	struct told told = { .records = NULL };
	int r = bolt_candidates_gather(candidates, package, os);

	if (r == 0)
		r = put_findings(e, candidates, &told);
	if (r == 0)
		r = put_the_rest(e, candidates, &told);
	free(told.records);
	return r;
}

int bolt_explain_package(struct bolt_database *database, const char *purl, struct bolt_out *out, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_arena_freep) struct bolt_arena *arena = bolt_arena_new(SIZE_MAX / 2);
	struct explanation e = { .database = database, .arena = arena, .out = out };
	struct bolt_probe probes[BOLT_PROBES_MOST];
	struct bolt_candidates *candidates = NULL;
	struct bolt_package package;
	struct bolt_os os;
	int r = arena ? bolt_purl_parse(arena, purl, &package, &os, err) : -ENOMEM;

	if (r < 0)
		return r;
	if (!package.version || !*package.version)
		return bolt_err_set(err, -EINVAL, "'%s' names no version: write pkg:TYPE/NAME@VERSION", purl);
	size_t asked = bolt_probes_of(&package, &os, probes);
	if (asked == 0)
		return bolt_err_set(
			err, -ENOENT,
			"nobody publishes advisories that we know for '%s'; a distribution's package needs its release: "
			"?distro=debian-12",
			purl);
	put(&e, purl);
	bolt_out_char(out, '\n');
	put_probes(&e, probes, asked);
	if (!bolt_authority_present(probes[0].row, database))
		bolt_outf(out, "the database has no feed for %s\n", probes[0].row->name);
	r = bolt_candidates_new(database, arena, &candidates);
	if (r == 0)
		r = explain_package(&e, candidates, &package, &os);
	bolt_candidates_free(candidates);
	return damaged_or(r, err);
}
