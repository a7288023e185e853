#include "detect/authority.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "advisory/feed.h"
#include "core/text.h"
#include "detect/limits.h"

enum { RANKS = 3 };

/* Parts by rank: a feed's name, or the beginning of a part's name up to a '/'. Distributions not named here, and all languages, are
 * spoken for by OSV's part of that name. */
static const struct authority {
	const char *ecosystem;
	const char *parts[RANKS];
} authorities[] = {
	{ "Debian", { "debian", "osv/Debian" } },
	{ "Ubuntu", { "osv/Ubuntu", "ubuntu-oval" } }, /* its OVAL for CVEs and for notices say less than its OSV records */
	{ "Alpine", { "alpine", "osv/Alpine" } },
	{ "Wolfi", { "wolfi", "osv/Wolfi" } },
	{ "Chainguard", { "chainguard", "osv/Chainguard" } },
	{ "Red Hat", { "redhat-vex", "redhat-oval", "osv/Red-Hat" } },
	{ "Amazon Linux", { "updateinfo" } },
	{ "SUSE", { "suse-oval", "osv/SUSE" } },
	{ "openSUSE", { "suse-oval", "osv/openSUSE" } },
	{ "CPE", { "nvd" } },
};

static bool is_of(const char *part, const char *beginning)
{
	size_t len = strlen(beginning);

	return strncmp(part, beginning, len) == 0 && (part[len] == '\0' || part[len] == '/');
}

static const struct authority *authority_of(const struct bolt_ecosystem *ecosystem)
{
	for (size_t i = 0; i < BOLT_ARRAY_LEN(authorities); i++) {
		if (strcmp(authorities[i].ecosystem, ecosystem->name) == 0)
			return &authorities[i];
	}
	return NULL;
}

/* "osv/Rocky-Linux" */
static const char *osv_part(const struct bolt_ecosystem *ecosystem, char part[BOLT_PART_NAME])
{
	(void) snprintf(part, BOLT_PART_NAME, "osv/%s", ecosystem->name);
	for (char *p = part; *p; p++)
		*p = *p == ' ' ? '-' : *p;
	return part;
}

/* -1: it does not speak of the ecosystem. */
static int rank_of(const struct bolt_ecosystem *ecosystem, const char *part)
{
	const struct authority *authority = authority_of(ecosystem);
	char osv[BOLT_PART_NAME];

	for (int rank = 0; authority && rank < RANKS && authority->parts[rank]; rank++) {
		if (is_of(part, authority->parts[rank]))
			return rank;
	}
	if (authority)
		return -1;
	return is_of(part, osv_part(ecosystem, osv)) ? 0 : -1;
}

unsigned bolt_authority_rank(const struct bolt_ecosystem *ecosystem, const char *part)
{
	int rank = rank_of(ecosystem, part);

	return rank < 0 ? RANKS : (unsigned) rank;
}

bool bolt_authority_present(const struct bolt_ecosystem *ecosystem, const struct bolt_database *database)
{
	for (size_t i = 0; i < bolt_database_parts_len(database); i++) {
		if (rank_of(ecosystem, bolt_database_part(database, i)->part) >= 0)
			return true;
	}
	return false;
}

/* Words that scripts can rely on, whichever way the data came. */
const char *bolt_authority_name(const struct bolt_ecosystem *ecosystem, const char *part)
{
	if (ecosystem->os_id && rank_of(ecosystem, part) >= 0)
		return ecosystem->os_id;
	return is_of(part, "osv") ? "osv" : is_of(part, "nvd") ? "nvd" : part;
}

static int64_t age_of(const struct bolt_part_state *part, int64_t now_unix)
{
	int64_t updated = part->url || part->dated_unix == 0 ? part->fetched_unix : part->dated_unix;

	return updated < now_unix ? now_unix - updated : 0;
}

static int note_part(struct bolt_report *report, const struct bolt_part_state *part, int64_t now_unix, int64_t max_age_seconds,
		     struct bolt_err *err)
{
	int64_t age = age_of(part, now_unix), days = age / 86400;
	struct bolt_advisories_used *used = &report->advisories;
	char message[256];

	used->feeds[used->feeds_len++] = (struct bolt_feed_used){
		.part = part->part,
		.updated_unix = now_unix - age,
		.advisories = part->advisories,
		.stale = age > BOLT_FEED_STALE_SECONDS,
	};
	if (max_age_seconds > 0 && age > max_age_seconds)
		return bolt_err_set(err, -ESTALE,
				    "the advisories of %s are %" PRId64
				    " days old, more than --max-db-age allows: boltseal db update "
				    "fetches new ones",
				    part->part, days);
	if (age <= BOLT_FEED_STALE_SECONDS)
		return 0;
	(void) snprintf(message, sizeof(message),
			"the advisories of %s are %" PRId64 " days old: boltseal db update fetches new ones", part->part, days);
	return bolt_report_warn(report, "feed-stale", NULL, -1, message);
}

/* Ecosystems the report's packages belong to, each once. */
static size_t ecosystems_of(const struct bolt_report *report, const struct bolt_ecosystem **rows, size_t most)
{
	struct bolt_probe probes[BOLT_PROBES_MOST];
	const char *type = "";
	size_t len = 0;

	for (size_t i = 0; i < report->packages_len; i++) {
		const struct bolt_package *package = &report->packages[i];

		if (strcmp(package->type, type) == 0) /* sorted by purl: types stand together */
			continue;
		if (bolt_probes_of(package, &report->os, probes) == 0)
			continue;
		type = package->type;
		if (len < most)
			rows[len++] = probes[0].row;
	}
	return len;
}

static int warn_missing(struct bolt_report *report, const struct bolt_ecosystem *row)
{
	const struct authority *authority = authority_of(row);
	char message[384], osv[BOLT_PART_NAME];

	(void) snprintf(message, sizeof(message),
			"the database has no advisories for %s: its packages were not judged; boltseal db update %s fetches them",
			row->name, authority ? authority->parts[0] : osv_part(row, osv));
	return bolt_report_warn(report, "feed-missing", NULL, -1, message);
}

static int warn_unknown_system(struct bolt_report *report)
{
	char message[256];
	const char *type = NULL;

	for (size_t i = 0; i < report->packages_len && !type; i++) {
		const char *t = report->packages[i].type;
		struct bolt_probe probes[BOLT_PROBES_MOST];
		bool distribution = strcmp(t, "deb") == 0 || strcmp(t, "apk") == 0 || strcmp(t, "rpm") == 0 ||
				    strcmp(t, "alpm") == 0;

		if (distribution && bolt_probes_of(&report->packages[i], &report->os, probes) == 0)
			type = t;
	}
	if (!type)
		return 0;
	(void) snprintf(message, sizeof(message),
			"nobody publishes advisories that we know for the %s packages of %s: they were not judged", type,
			report->os.name ? report->os.name
			: report->os.id ? report->os.id
					: "an unknown system");
	return bolt_report_warn(report, "system-unknown", NULL, -1, message);
}

int bolt_authorities_used(struct bolt_report *report, const struct bolt_database *database, int64_t now_unix,
			  int64_t max_age_seconds, struct bolt_err *err)
{
	const struct bolt_ecosystem *rows[BOLT_ECOSYSTEMS_MOST];
	size_t rows_len = ecosystems_of(report, rows, BOLT_ARRAY_LEN(rows)), parts = bolt_database_parts_len(database);
	struct bolt_advisories_used *used = &report->advisories;
	int r = 0;

	used->used = true;
	used->generation = bolt_database_generation(database);
	used->built_unix = bolt_database_built_unix(database);
	used->feeds = bolt_arena_alloc(report->arena, (parts + 1) * sizeof(*used->feeds));
	if (!used->feeds)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < parts; i++) {
		const struct bolt_part_state *part = bolt_database_part(database, i);
		bool asked = false;

		for (size_t k = 0; k < rows_len; k++)
			asked |= rank_of(rows[k], part->part) >= 0;
		if (asked || is_of(part->part, "epss") || is_of(part->part, "kev"))
			r = note_part(report, part, now_unix, max_age_seconds, err);
	}
	for (size_t k = 0; r == 0 && k < rows_len; k++)
		r = bolt_authority_present(rows[k], database) ? 0 : warn_missing(report, rows[k]);
	return r == 0 ? warn_unknown_system(report) : r;
}
