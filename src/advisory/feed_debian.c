/* Debian's security tracker: source package -> CVE -> release -> what is done about it. One advisory for each CVE and package, by
 * the name DEBIAN-CVE-2023-0464:openssl: the file goes by packages, and to gather a CVE's packages all of it would have to be in
 * memory. */
#include <errno.h>
#include <string.h>

#include "advisory/feed_private.h"
#include "advisory/json_items.h"
#include "advisory/limits.h"
#include "core/json.h"
#include "core/json_pull.h"
#include "core/text.h"

/* wiki.debian.org/DebianReleases. sid is no release: what is there is in flux. */
static const char *release_number(const char *codename)
{
	static const char *const rows[][2] = {
		{ "squeeze", "6" },   { "wheezy", "7" },    { "jessie", "8" },  { "stretch", "9" }, { "buster", "10" },
		{ "bullseye", "11" }, { "bookworm", "12" }, { "trixie", "13" }, { "forky", "14" },  { "duke", "15" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		if (strcmp(codename, rows[i][0]) == 0)
			return rows[i][1];
	}
	return NULL;
}

/* Of a package that is affected and has no fix yet. */
static void say_why_open(const json_t *release, struct bolt_affected *affected)
{
	const char *reason = bolt_json_text(release, "nodsa_reason");

	if (reason && strcmp(reason, "ignored") == 0)
		affected->status = BOLT_STATUS_WILL_NOT_FIX;
	else if (reason && strcmp(reason, "postponed") == 0)
		affected->status = BOLT_STATUS_DEFERRED;
}

static int add_release(const json_t *release, const char *number, const char *package, struct bolt_draft *draft)
{
	const char *status = bolt_json_text(release, "status"), *fixed = bolt_json_text(release, "fixed_version");
	char *ecosystem = bolt_arena_printf(draft->arena, "Debian:%s", number);
	struct bolt_affected *affected = NULL;
	int r = bolt_draft_affected(draft, ecosystem, package, &affected);

	if (r < 0)
		return r;
	if (status && strcmp(status, "resolved") == 0) {
		if (fixed && strcmp(fixed, "0") == 0)
			affected->status = BOLT_STATUS_NOT_AFFECTED;
		else if (fixed)
			r = bolt_draft_until(draft, affected, fixed);
		else
			r = bolt_err_set(&draft->why, -EBADMSG, "resolved in release %s, but in no version", number);
	} else if (status && strcmp(status, "open") == 0) {
		say_why_open(release, affected);
		r = bolt_draft_until(draft, affected, NULL);
	} else if (status && strcmp(status, "undetermined") == 0) {
		affected->status = BOLT_STATUS_UNDER_INVESTIGATION;
		r = bolt_draft_until(draft, affected, NULL);
	} else {
		r = bolt_err_set(&draft->why, -EBADMSG, "its status in release %s is '%.40s'", number, status ? status : "(none)");
	}
	enum bolt_status end_of_life = affected->status;
	bolt_feed_debian_urgency(bolt_json_text(release, "urgency"), &affected->severity, &end_of_life);
	if (affected->ranges_len > 0 && affected->ranges[0].events_len == 1)
		affected->status = end_of_life; /* of what is resolved it does not matter any more */
	return r;
}

static int add_names(const json_t *record, const char *cve, const char *package, struct bolt_draft *draft)
{
	const json_t *bug = json_object_get(record, "debianbug");
	char *id = bolt_arena_printf(draft->arena, "DEBIAN-%s:%s", cve, package);
	int r = bolt_draft_id(draft, id);

	if (r == 0)
		r = bolt_draft_name(draft, bolt_feed_is_cve(cve) ? &draft->advisory.upstream : &draft->advisory.aliases, cve);
	if (r == 0)
		r = bolt_draft_reference(draft,
					 bolt_arena_printf(draft->arena, "https://security-tracker.debian.org/tracker/%s", cve));
	if (r == 0 && json_is_integer(bug))
		r = bolt_draft_reference(draft, bolt_arena_printf(draft->arena, "https://bugs.debian.org/%lld",
								  (long long) json_integer_value(bug)));
	draft->advisory.details = bolt_json_text(record, "description");
	return r;
}

static int draft_record(const json_t *record, const char *cve, const char *package, struct bolt_draft *draft)
{
	json_t *releases = json_object_get(record, "releases"), *release;
	const char *codename;
	int r = add_names(record, cve, package, draft);

	if (r == 0 && !json_is_object(releases))
		return bolt_err_set(&draft->why, -EBADMSG, "it names no releases");
	json_object_foreach(releases, codename, release)
	{
		const char *number = release_number(codename);

		if (r == 0 && number)
			r = add_release(release, number, package, draft);
	}
	return r;
}

static int read_item(const struct bolt_json_item *item, struct bolt_feed_sink *sink, uint64_t *skipped, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_json_decrefp) json_t *record = NULL;
	struct bolt_draft draft;
	char where[256];
	int r = bolt_draft_init(&draft);

	if (r < 0)
		return r;
	(void) snprintf(where, sizeof(where), "%.120s of %.120s", item->inner, item->outer);
	r = bolt_feed_load(item->value, &record, &draft.why);
	if (r == 0)
		r = draft_record(record, item->inner, item->outer, &draft);
	if (r == 0 && draft.advisory.affected_len == 0)
		(*skipped)++;
	else
		r = bolt_draft_hand(&draft, r, where, sink, err);
	bolt_draft_done(&draft);
	return r;
}

static int read_debian(struct bolt_reader *reader, const char *part, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	struct bolt_json_items items;
	struct bolt_json_item item;
	uint64_t records = 0, skipped = 0;
	int r;

	(void) part;
	bolt_json_items_init(&items, reader);
	while ((r = bolt_json_items_next(&items, &item, err)) > 0) {
		records++;
		r = item.inner ? read_item(&item, sink, &skipped, err)
			       : bolt_err_set(err, -EBADMSG, "not the security tracker's data: '%.80s' is no package", item.outer);
		if (r < 0)
			break;
	}
	bolt_json_items_done(&items);
	if (r == 0 && records == 0)
		return bolt_err_set(err, -EBADMSG, "not the security tracker's data: it names no package");
	if (r == 0)
		bolt_feed_skipped(sink, "of no release of Debian, only of unstable", skipped);
	return r;
}

/* {"openssl": {"CVE-2023-0464": {... "releases": */
static bool recognise_debian(const char *path, struct bolt_cursor head, char part[BOLT_PART_NAME])
{
	struct bolt_json_pull p;
	struct bolt_cursor key = { .left = 0 };
	bool found = false;

	(void) path;
	bolt_jp_init(&p, head, BOLT_ADVISORY_DEPTH_MAX, NULL);
	if (bolt_jp_enter(&p, '{') > 0 && bolt_jp_key(&p, &key) > 0 && bolt_jp_enter(&p, '{') > 0 && bolt_jp_key(&p, &key) > 0 &&
	    (bolt_cursor_starts(key, "CVE-") || bolt_cursor_starts(key, "TEMP-")) && bolt_jp_enter(&p, '{') > 0) {
		while (!found && bolt_jp_key(&p, &key) > 0) {
			found = bolt_cursor_is(key, "releases");
			if (bolt_jp_skip(&p, NULL) < 0)
				break;
		}
	}
	bolt_jp_done(&p);
	return found && bolt_feed_part(part, "debian");
}

static const struct bolt_feed_source sources[] = {
	{ "debian", "https://security-tracker.debian.org/tracker/data/json", NULL, true, "debian/tracker.json" },
};

const struct bolt_feed bolt_feed_debian = {
	.name = "debian",
	.publisher = "Debian security team",
	.summary = "What Debian does about each vulnerability in each release, with its urgency",
	.sources = sources,
	.sources_len = BOLT_ARRAY_LEN(sources),
	.recognise = recognise_debian,
	.read = read_debian,
};
