#include "advisory/osv_record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "advisory/osv_affected.h"
#include "core/json.h"
#include "core/text.h"

const char *bolt_osv_skip_text(enum bolt_osv_skip skip)
{
	static const char *const texts[_BOLT_OSV_SKIP_MAX] = {
		"",
		"no package is named, only commits",
		"of ecosystems that are not known here",
		"bug fix or enhancement errata that name no vulnerability",
	};

	return texts[skip];
}

/* Who stands behind a record, by the beginning of its name: OSV collects from many. */
static const char *publisher_of(const char *id)
{
	static const char *const rows[][2] = {
		{ "GHSA-", "ghsa" },      { "PYSEC-", "pypa" },     { "GO-", "go" },          { "RUSTSEC-", "rustsec" },
		{ "DSA-", "debian" },     { "DLA-", "debian" },     { "DTSA-", "debian" },    { "DEBIAN-", "debian" },
		{ "USN-", "ubuntu" },     { "LSN-", "ubuntu" },     { "UBUNTU-", "ubuntu" },  { "ALSA-", "almalinux" },
		{ "ALBA-", "almalinux" }, { "ALEA-", "almalinux" }, { "RLSA-", "rocky" },     { "RXSA-", "rocky" },
		{ "RHSA-", "redhat" },    { "RHBA-", "redhat" },    { "RHEA-", "redhat" },    { "SUSE-", "suse" },
		{ "openSUSE-", "suse" },  { "ALPINE-", "alpine" },  { "CGA-", "chainguard" }, { "BIT-", "bitnami" },
		{ "MAL-", "ossf" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		if (bolt_starts_with(id, rows[i][0]))
			return rows[i][1];
	}
	return NULL;
}

/* Distributions name errata that are no security updates in the same way. */
static bool is_other_erratum(const char *id)
{
	static const char *const prefixes[] = {
		"ALBA-",    "ALEA-",    "RLBA-",    "RLEA-",        "RHBA-",        "RHEA-",
		"SUSE-RU-", "SUSE-FU-", "SUSE-OU-", "openSUSE-RU-", "openSUSE-FU-",
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(prefixes); i++) {
		if (bolt_starts_with(id, prefixes[i]))
			return true;
	}
	return false;
}

/* A distribution's erratum is not the same thing as the CVEs that it deals with, even where its publisher (older Debian and Ubuntu
 * records) calls them aliases; AlmaLinux, Rocky Linux and SUSE call them related. */
static int add_names(const json_t *record, struct bolt_draft *draft, bool erratum)
{
	struct bolt_advisory *advisory = &draft->advisory;
	const json_t *list, *item;
	size_t i;
	int r = 0;

	list = json_object_get(record, "upstream");
	for (i = 0; r == 0 && (item = json_array_get(list, i)) != NULL; i++)
		r = bolt_draft_name(draft, &advisory->upstream, json_string_value(item));
	list = json_object_get(record, "aliases");
	for (i = 0; r == 0 && (item = json_array_get(list, i)) != NULL; i++) {
		const char *name = json_string_value(item);
		bool deals_with = erratum && bolt_feed_is_cve(name);

		if (name && strcmp(name, advisory->id) != 0)
			r = bolt_draft_name(draft, deals_with ? &advisory->upstream : &advisory->aliases, name);
	}
	if (!erratum || advisory->upstream.len > 0)
		return r;
	list = json_object_get(record, "related");
	for (i = 0; r == 0 && (item = json_array_get(list, i)) != NULL; i++) {
		if (bolt_feed_is_cve(json_string_value(item)))
			r = bolt_draft_name(draft, &advisory->upstream, json_string_value(item));
	}
	return r;
}

static int add_references(const json_t *record, struct bolt_draft *draft)
{
	const json_t *list = json_object_get(record, "references"), *item;
	int r = 0;

	for (size_t i = 0; r == 0 && (item = json_array_get(list, i)) != NULL; i++)
		r = bolt_draft_reference(draft, bolt_json_text(item, "url"));
	list = json_object_get(json_object_get(record, "database_specific"), "cwe_ids");
	for (size_t i = 0; r == 0 && (item = json_array_get(list, i)) != NULL; i++)
		r = bolt_draft_cwe(draft, json_string_value(item));
	return r;
}

/* "Important: kernel security update": how Red Hat and those who rebuild it write an erratum's severity. */
static enum bolt_severity leading_word(const char *summary)
{
	enum bolt_severity severity = BOLT_SEVERITY_UNKNOWN;
	size_t len = summary ? strcspn(summary, ":") : 0;
	char word[16];

	if (len == 0 || len >= sizeof(word) || summary[len] != ':')
		return BOLT_SEVERITY_UNKNOWN;
	(void) snprintf(word, sizeof(word), "%.*s", (int) len, summary);
	return bolt_severity_parse(word, &severity) == 0 ? severity : BOLT_SEVERITY_UNKNOWN;
}

static int add_words(const json_t *record, struct bolt_draft *draft, const char *source, const struct bolt_ecosystem *row)
{
	const char *word = bolt_json_text(json_object_get(record, "database_specific"), "severity");
	enum bolt_severity severity = BOLT_SEVERITY_UNKNOWN;
	int r;

	if (word)
		BOLT_IGNORE(bolt_severity_parse(word, &severity)); /* no word we know says nothing */
	if (bolt_starts_with(draft->advisory.id, "MAL-"))
		severity = BOLT_SEVERITY_CRITICAL; /* the package itself is the attack */
	r = bolt_draft_rating(draft, source, NULL, severity);
	if (r < 0 || row->scheme != BOLT_VERSION_RPM || severity != BOLT_SEVERITY_UNKNOWN)
		return r;
	severity = leading_word(draft->advisory.summary);
	for (size_t i = 0; i < draft->advisory.affected_len; i++) {
		if (draft->advisory.affected[i].severity == BOLT_SEVERITY_UNKNOWN)
			draft->advisory.affected[i].severity = severity;
	}
	return bolt_draft_rating(draft, source, NULL, severity);
}

static enum bolt_osv_skip why_skipped(const struct bolt_draft *draft, bool unknown_ecosystems)
{
	const struct bolt_advisory *advisory = &draft->advisory;

	if (advisory->affected_len == 0)
		return unknown_ecosystems ? BOLT_OSV_UNKNOWN_ECOSYSTEM : BOLT_OSV_NO_PACKAGE;
	return is_other_erratum(advisory->id) && advisory->upstream.len == 0 ? BOLT_OSV_ERRATUM : BOLT_OSV_OURS;
}

int bolt_osv_draft(const json_t *record, struct bolt_draft *draft, enum bolt_osv_skip *ret_skip)
{
	struct bolt_advisory *advisory = &draft->advisory;
	bool unknown = false;
	int r = bolt_draft_id(draft, bolt_json_text(record, "id"));

	if (r < 0)
		return r;
	const char *source = publisher_of(advisory->id);
	advisory->summary = bolt_json_text(record, "summary");
	advisory->details = bolt_json_text(record, "details");
	advisory->published_unix = bolt_feed_time(bolt_json_text(record, "published"));
	advisory->modified_unix = bolt_feed_time(bolt_json_text(record, "modified"));
	advisory->withdrawn = json_is_string(json_object_get(record, "withdrawn"));
	r = bolt_osv_severities(json_object_get(record, "severity"), draft, source, NULL);
	if (r == 0)
		r = bolt_osv_affected(json_object_get(record, "affected"), draft, source, &unknown);
	if (r < 0)
		return r;

	const struct bolt_ecosystem *row = advisory->affected_len ? bolt_ecosystem_find(advisory->affected[0].ecosystem) : NULL;
	r = add_names(record, draft, row && row->os_id && !bolt_feed_is_cve(advisory->id));
	if (r == 0)
		r = add_references(record, draft);
	if (r == 0 && row)
		r = add_words(record, draft, source, row);
	if (r == 0)
		*ret_skip = why_skipped(draft, unknown);
	return r;
}
