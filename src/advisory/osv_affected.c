#include "advisory/osv_affected.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "advisory/limits.h"
#include "advisory/range.h"
#include "core/json.h"
#include "core/text.h"

int bolt_osv_severities(const json_t *list, struct bolt_draft *draft, const char *source, struct bolt_affected *affected)
{
	const json_t *item;
	int r = 0;

	for (size_t i = 0; r == 0 && (item = json_array_get(list, i)) != NULL; i++) {
		const char *type = bolt_json_text(item, "type"), *score = bolt_json_text(item, "score");
		enum bolt_severity severity = BOLT_SEVERITY_UNKNOWN;

		if (!type || !bolt_feed_is_version(score))
			continue;
		bool vector = bolt_starts_with(type, "CVSS");
		if (!vector && bolt_severity_parse(score, &severity) < 0)
			continue;
		r = bolt_draft_rating(draft, source, vector ? score : NULL, severity);
		if (affected && severity != BOLT_SEVERITY_UNKNOWN)
			affected->severity = severity;
	}
	return r;
}

static int add_events(const json_t *list, struct bolt_draft *draft, struct bolt_range *range)
{
	static const struct {
		const char *name;
		enum bolt_event_kind kind;
	} kinds[] = {
		{ "introduced", BOLT_EVENT_INTRODUCED },
		{ "fixed", BOLT_EVENT_FIXED },
		{ "last_affected", BOLT_EVENT_LAST_AFFECTED },
		{ "limit", BOLT_EVENT_LIMIT },
	};
	const json_t *event, *version;

	for (size_t i = 0; (event = json_array_get(list, i)) != NULL; i++) {
		for (size_t k = 0; k < BOLT_ARRAY_LEN(kinds); k++) {
			version = json_object_get(event, kinds[k].name);
			if (!version)
				continue;
			int r = bolt_draft_event(draft, range, kinds[k].kind, json_string_value(version));
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static enum bolt_version_scheme scheme_of(const struct bolt_affected *affected, const struct bolt_range *range)
{
	return range->semver ? BOLT_VERSION_SEMVER : bolt_ecosystem_find(affected->ecosystem)->scheme;
}

/* Ranges of commits (GIT) say nothing of versions. */
static int add_ranges(const json_t *list, struct bolt_draft *draft, struct bolt_affected *affected)
{
	const json_t *item;
	int r = 0;

	for (size_t i = 0; r == 0 && (item = json_array_get(list, i)) != NULL; i++) {
		const char *type = bolt_json_text(item, "type");
		bool semver = type && strcmp(type, "SEMVER") == 0;
		struct bolt_range *range = NULL;

		if (!type || (!semver && strcmp(type, "ECOSYSTEM") != 0))
			continue;
		r = bolt_draft_range(draft, affected, &range);
		if (r < 0)
			return r;
		range->semver = semver;
		r = add_events(json_object_get(item, "events"), draft, range);
		if (r == 0 && range->events_len > 0)
			bolt_events_sort(scheme_of(affected, range), range->events, range->events_len);
	}
	return r;
}

static bool in_ranges(const struct bolt_affected *affected, const char *version)
{
	for (size_t i = 0; i < affected->ranges_len; i++) {
		const struct bolt_range *range = &affected->ranges[i];

		if (bolt_events_affect(scheme_of(affected, range), range->events, range->events_len, version, NULL))
			return true;
	}
	return false;
}

/* Most publishers list every version there is in their ranges; only what no range holds adds to the meaning. Where finding that out
 * would take long, all are kept. */
static int add_versions(const json_t *list, struct bolt_draft *draft, struct bolt_affected *affected)
{
	const json_t *item;
	size_t events = 0;
	int r = 0;

	for (size_t i = 0; i < affected->ranges_len; i++)
		events += affected->ranges[i].events_len;
	bool reduce = events > 0 && json_array_size(list) <= BOLT_OSV_COMPARISONS_MAX / events;
	for (size_t i = 0; r == 0 && (item = json_array_get(list, i)) != NULL; i++) {
		const char *version = json_string_value(item);

		if (!reduce || !bolt_feed_is_version(version) || !in_ranges(affected, version))
			r = bolt_draft_version(draft, affected, version);
	}
	return r;
}

/* RustSec publishes notices, too: unsound code may become a vulnerability of who calls it; that a crate is no longer maintained is
 * none. */
static enum bolt_severity informational(const char *kind)
{
	if (!kind)
		return BOLT_SEVERITY_UNKNOWN;
	return strcmp(kind, "unsound") == 0 ? BOLT_SEVERITY_LOW : BOLT_SEVERITY_NEGLIGIBLE;
}

/* What a publisher says of this package in its own words. */
static int add_own_words(const json_t *item, struct bolt_draft *draft, const char *source, struct bolt_affected *affected)
{
	const json_t *own = json_object_get(item, "ecosystem_specific"), *database = json_object_get(item, "database_specific");
	const char *priority = bolt_json_text(own, "ubuntu_priority");
	enum bolt_severity severity = informational(bolt_json_text(database, "informational"));
	int r = bolt_osv_severities(json_object_get(item, "severity"), draft, source, affected);

	if (severity != BOLT_SEVERITY_UNKNOWN) {
		affected->severity = severity;
		r = r == 0 ? bolt_draft_rating(draft, source, NULL, severity) : r;
	}
	if (priority)
		BOLT_IGNORE(bolt_severity_parse(priority, &affected->severity)); /* left as it is by a word we do not know */
	if (bolt_starts_with(affected->ecosystem, "Debian"))
		bolt_feed_debian_urgency(bolt_json_text(own, "urgency"), &affected->severity, &affected->status);
	return r;
}

/* Is it of a module? Its version says so: "4.3.0-4.module_el8.9.0+3712+3c1e3b3a". */
static bool is_modular(const struct bolt_affected *affected)
{
	const struct bolt_range *range = affected->ranges_len > 0 ? &affected->ranges[0] : NULL;

	return range && range->events_len > 0 && bolt_ecosystem_find(affected->ecosystem)->scheme == BOLT_VERSION_RPM &&
	       strstr(range->events[range->events_len - 1].version, ".module");
}

/* The next "name:stream" of a text that begins with some, "and" or a comma between them. NULL: no more. */
static char *take_module(struct bolt_draft *draft, const char **at)
{
	const char *word = *at + strspn(*at, " ,");

	if (bolt_starts_with(word, "and "))
		word += strlen("and ");
	size_t name = strcspn(word, " ,:"), len = name + strcspn(word + name, " ,/");
	if (name == 0 || word[name] != ':' || len < name + 2)
		return NULL;
	*at = word + len;
	return bolt_arena_text(draft->arena, word, len);
}

/* AlmaLinux and Rocky Linux name an erratum's modules in its summary only: "Important: nodejs:18 security update", "Moderate:
 * virt:rhel and virt-devel:rhel security update". A package may be of any of them: each is said of it. */
static int add_modules(struct bolt_draft *draft, struct bolt_affected *affected)
{
	const char *summary = draft->advisory.summary, *at = summary ? strstr(summary, ": ") : NULL;
	char *module = at && is_modular(affected) ? (at++, take_module(draft, &at)) : NULL;
	int r = 0;

	affected->modularity = module;
	while (r == 0 && module && (module = take_module(draft, &at)) != NULL) {
		const struct bolt_affected said = *affected;

		r = bolt_draft_affected(draft, said.ecosystem, said.package, &affected);
		if (r == 0) {
			*affected = said;
			affected->modularity = module;
		}
	}
	return r;
}

static int add_package(const json_t *item, struct bolt_draft *draft, const char *source)
{
	const json_t *package = json_object_get(item, "package");
	struct bolt_affected *affected = NULL;
	int r = bolt_draft_affected(draft, bolt_json_text(package, "ecosystem"), bolt_json_text(package, "name"), &affected);

	if (r == 0)
		r = add_ranges(json_object_get(item, "ranges"), draft, affected);
	if (r == 0)
		r = add_versions(json_object_get(item, "versions"), draft, affected);
	if (r == 0)
		r = add_own_words(item, draft, source, affected);
	if (r == 0)
		r = add_modules(draft, affected);
	return r;
}

int bolt_osv_affected(const json_t *list, struct bolt_draft *draft, const char *source, bool *ret_unknown)
{
	const json_t *item;
	bool unknown = false;

	if (list && !json_is_array(list) && !json_is_null(list))
		return bolt_err_set(&draft->why, -EBADMSG, "'affected' is no list");
	for (size_t i = 0; (item = json_array_get(list, i)) != NULL; i++) {
		if (!json_is_object(json_object_get(item, "package")))
			continue;
		int r = add_package(item, draft, source);

		if (r < 0 && r != -ENOENT)
			return r;
		unknown = unknown || r == -ENOENT;
	}
	*ret_unknown = unknown;
	return 0;
}
