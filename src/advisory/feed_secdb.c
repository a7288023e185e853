/* Alpine's secdb and those who publish in its form, Wolfi and Chainguard: package -> version -> what it fixed. One advisory for
 * each vulnerability of a file, by the name ALPINE-CVE-2023-0464 (WOLFI-, CHAINGUARD-). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/feed_private.h"
#include "advisory/json_items.h"
#include "advisory/limits.h"
#include "advisory/version.h"
#include "core/grow.h"
#include "core/json.h"
#include "core/text.h"

struct fix {
	const char *id, *alias; /* alias may be NULL */
	const char *package, *version;
};

struct reading {
	struct bolt_feed_sink *sink;
	struct bolt_arena *arena; /* of what the fixes point to */
	struct fix *fixes;
	size_t len, room;
	char release[64]; /* distroversion: "v3.18", "edge"; empty where there are none */
};

/* "CVE-2021-35940.patch", "CVE-2017-17434-1": how much of it is a CVE's name, or 0. */
static size_t cve_len(struct bolt_cursor word)
{
	static const char digits[] = "0123456789";
	char id[40];
	size_t len;

	(void) snprintf(id, sizeof(id), "%.*s", (int) (word.left < sizeof(id) ? word.left : sizeof(id)), (const char *) word.p);
	if (!bolt_starts_with(id, "CVE-"))
		return 0;
	len = 4 + strspn(id + 4, digits);
	if (id[len] == '-')
		len += 1 + strspn(id + len + 1, digits);
	id[len] = '\0';
	return bolt_feed_is_cve(id) ? len : 0;
}

/* "XSA-207", "ZBX-11023": some other name, where there is no CVE. "(AoE)", "CVE-2024-?????", "N/A" are none. */
static bool is_other_name(struct bolt_cursor word)
{
	bool digit = false, dash = false;

	for (size_t i = 0; i < word.left; i++) {
		char c = (char) word.p[i];

		digit = digit || (c >= '0' && c <= '9');
		dash = dash || c == '-';
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.", c) || !c)
			return false;
	}
	return digit && dash;
}

static int add_fix(struct reading *reading, struct bolt_cursor id, const char *alias, const char *package, const char *version)
{
	if (reading->len >= BOLT_SECDB_FIXES_MAX)
		return -E2BIG;
	int r = bolt_grow(&reading->fixes, reading->len, &reading->room, sizeof(*reading->fixes));
	if (r < 0)
		return r;
	const char *text = bolt_arena_text(reading->arena, id.p, id.left);
	if (!text)
		return -E2BIG;
	reading->fixes[reading->len++] = (struct fix){ .id = text, .alias = alias, .package = package, .version = version };
	return 0;
}

/* What stands for one vulnerability: "CVE-2023-0464", "CVE-2024-22195 GHSA-h5c8-rqwp-cp95", "CVE-2019-17349 CVE-2019-17350
 * XSA-295", "XSA-207". Beside a CVE only GitHub's name is one of the same thing: an XSA may have several. 1 | 0: nothing is named |
 * negative. */
static int add_names(struct reading *reading, const char *names, const char *package, const char *version)
{
	struct bolt_cursor rest = bolt_cursor(names, strlen(names)), word, other = { .left = 0 };
	size_t first = reading->len;
	const char *alias = NULL;
	int r = 0;

	while (r == 0 && bolt_take_until(&rest, ' ', &word)) {
		size_t len = cve_len(word);

		if (len > 0)
			r = add_fix(reading, bolt_cursor(word.p, len), NULL, package, version);
		else if (bolt_cursor_starts(word, "GHSA-") && is_other_name(word))
			alias = bolt_arena_text(reading->arena, word.p, word.left);
		if (len == 0 && other.left == 0 && is_other_name(word))
			other = word;
	}
	if (r == 0 && reading->len == first && other.left > 0)
		r = add_fix(reading, other, NULL, package, version);
	else if (r == 0 && reading->len == first + 1)
		reading->fixes[first].alias = alias;
	return r < 0 ? r : reading->len > first;
}

static int too_many(struct bolt_err *err)
{
	return bolt_err_set(err, -E2BIG, "more than %u fixes, or %zu bytes of them; " BOLT_BOUND_HINT, BOLT_SECDB_FIXES_MAX,
			    BOLT_SECDB_BYTES_MAX);
}

/* The versions of one package. */
static int add_package(struct reading *reading, const json_t *package, struct bolt_err *err)
{
	json_t *fixes = json_object_get(package, "secfixes"), *list;
	const char *name = bolt_json_text(package, "name"), *version;
	struct bolt_feed_sink *sink = reading->sink;
	const json_t *names;
	int r = 0;

	if (!name || !*name)
		return sink->damaged(sink, "a package", "it has no name", err);
	name = bolt_arena_strdup(reading->arena, name);
	json_object_foreach(fixes, version, list)
	{
		const char *kept = bolt_arena_strdup(reading->arena, version);

		if (!name || !kept)
			return too_many(err);
		for (size_t i = 0; (names = json_array_get(list, i)) != NULL; i++) {
			r = json_is_string(names) ? add_names(reading, json_string_value(names), name, kept) : 0;
			if (r == 0)
				r = sink->damaged(sink, name, "a fix that names no vulnerability", err);
			if (r < 0)
				return r == -E2BIG ? too_many(err) : r;
		}
	}
	return 0;
}

static int read_item(struct reading *reading, const struct bolt_json_item *item, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_json_decrefp) json_t *entry = NULL;
	struct bolt_err why = { .msg = "" };

	if (strcmp(item->outer, "distroversion") == 0 && (!bolt_json_item_text(item, reading->release, sizeof(reading->release)) ||
							  (reading->release[0] && !bolt_feed_is_id(reading->release))))
		return bolt_err_set(err, -EBADMSG, "its distroversion is no release's name");
	if (strcmp(item->outer, "packages") != 0 || item->inner)
		return 0;
	int r = bolt_feed_load(item->value, &entry, &why);
	if (r == -EBADMSG || r == -E2BIG)
		return reading->sink->damaged(reading->sink, "a package", why.msg, err);
	return r < 0 ? r : add_package(reading, json_object_get(entry, "pkg"), err);
}

/* By name, then package, the highest version first. */
static int compare_fixes(const void *a, const void *b)
{
	const struct fix *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	if (order == 0)
		order = strcmp(x->package, y->package);
	return order ? order : bolt_version_compare(BOLT_VERSION_APK, y->version, x->version);
}

/* What a package's highest fix says: an earlier one was not complete. Version 0: it never was affected. */
static int add_affected(struct bolt_draft *draft, const struct fix *fix, const char *ecosystem)
{
	struct bolt_affected *affected = NULL;
	int r = bolt_draft_affected(draft, ecosystem, fix->package, &affected);

	if (r == 0 && strcmp(fix->version, "0") == 0)
		affected->status = BOLT_STATUS_NOT_AFFECTED;
	else if (r == 0)
		r = bolt_draft_until(draft, affected, fix->version);
	return r == -ENOENT ? bolt_err_set(&draft->why, -EBADMSG, "an unknown release '%.80s'", ecosystem) : r;
}

/* The fixes of one vulnerability. */
static int hand_one(struct reading *reading, const struct fix *fixes, size_t n, const char *prefix, const char *ecosystem,
		    struct bolt_err *err)
{
	struct bolt_draft draft;
	int r = bolt_draft_init(&draft);

	if (r < 0)
		return r;
	r = bolt_draft_id(&draft, bolt_arena_printf(draft.arena, "%s-%s", prefix, fixes[0].id));
	if (r == 0)
		r = bolt_draft_name(&draft, &draft.advisory.upstream, fixes[0].id);
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (fixes[i].alias)
			r = bolt_draft_name(&draft, &draft.advisory.upstream, fixes[i].alias);
		if (r == 0 && (i == 0 || strcmp(fixes[i - 1].package, fixes[i].package) != 0))
			r = add_affected(&draft, &fixes[i], ecosystem);
	}
	if (r == 0 && strcmp(prefix, "ALPINE") == 0)
		r = bolt_draft_reference(&draft,
					 bolt_arena_printf(draft.arena, "https://security.alpinelinux.org/vuln/%s", fixes[0].id));
	r = bolt_draft_hand(&draft, r, fixes[0].id, reading->sink, err);
	bolt_draft_done(&draft);
	return r;
}

static int hand_all(struct reading *reading, const char *prefix, const char *ecosystem, struct bolt_err *err)
{
	int r = 0;

	if (reading->len > 0)
		qsort(reading->fixes, reading->len, sizeof(*reading->fixes), compare_fixes);
	for (size_t i = 0, n; r == 0 && i < reading->len; i += n) {
		for (n = 1; i + n < reading->len && strcmp(reading->fixes[i].id, reading->fixes[i + n].id) == 0; n++)
			;
		r = hand_one(reading, &reading->fixes[i], n, prefix, ecosystem, err);
	}
	return r;
}

static int read_all(struct reading *reading, struct bolt_reader *reader, struct bolt_err *err)
{
	struct bolt_json_items items;
	struct bolt_json_item item;
	bool named = false;
	int r;

	bolt_json_items_init(&items, reader);
	while ((r = bolt_json_items_next(&items, &item, err)) > 0) {
		named = named || strcmp(item.outer, "apkurl") == 0 || strcmp(item.outer, "reponame") == 0;
		r = read_item(reading, &item, err);
		if (r < 0)
			break;
	}
	bolt_json_items_done(&items);
	return r == 0 && !named ? bolt_err_set(err, -EBADMSG, "not a secdb: it names no repository") : r;
}

static int read_secdb(struct bolt_reader *reader, struct bolt_feed_sink *sink, const char *prefix, const char *ecosystem,
		      struct bolt_err *err)
{
	struct reading reading = { .sink = sink, .arena = bolt_arena_new(BOLT_SECDB_BYTES_MAX) };
	char whole[BOLT_ECOSYSTEM_NAME];
	int r = reading.arena ? read_all(&reading, reader, err) : -ENOMEM;

	(void) snprintf(whole, sizeof(whole), "%s%s%s", ecosystem, reading.release[0] ? ":" : "", reading.release);
	if (r == 0)
		r = hand_all(&reading, prefix, whole, err);
	free(reading.fixes);
	bolt_arena_free(reading.arena);
	return r;
}

static int read_alpine(struct bolt_reader *reader, const char *part, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	(void) part;
	return read_secdb(reader, sink, "ALPINE", "Alpine", err);
}

static int read_wolfi(struct bolt_reader *reader, const char *part, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	(void) part;
	return read_secdb(reader, sink, "WOLFI", "Wolfi", err);
}

static int read_chainguard(struct bolt_reader *reader, const char *part, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	(void) part;
	return read_secdb(reader, sink, "CHAINGUARD", "Chainguard", err);
}

enum { TEXT_ROOM = 200 };

static bool is_secdb(struct bolt_cursor head, char prefix[TEXT_ROOM])
{
	return bolt_feed_head_text(head, "urlprefix", prefix, TEXT_ROOM) && bolt_feed_head_has(head, "apkurl");
}

static bool recognise_alpine(const char *path, struct bolt_cursor head, char part[BOLT_PART_NAME])
{
	char prefix[TEXT_ROOM], release[40], repository[40];

	(void) path;
	return is_secdb(head, prefix) && bolt_feed_head_text(head, "distroversion", release, sizeof(release)) && release[0] &&
	       bolt_feed_head_text(head, "reponame", repository, sizeof(repository)) &&
	       bolt_feed_part(part, "alpine/%s/%s", release, repository);
}

static bool recognise_wolfi(const char *path, struct bolt_cursor head, char part[BOLT_PART_NAME])
{
	char prefix[TEXT_ROOM];

	(void) path;
	return is_secdb(head, prefix) && strstr(prefix, "wolfi") && bolt_feed_part(part, "wolfi");
}

static bool recognise_chainguard(const char *path, struct bolt_cursor head, char part[BOLT_PART_NAME])
{
	char prefix[TEXT_ROOM];

	(void) path;
	return is_secdb(head, prefix) && strstr(prefix, "cgr.dev") && bolt_feed_part(part, "chainguard");
}

#define ALPINE_URL "https://secdb.alpinelinux.org/{}/"
#define SINCE_3_3 \
	"v3.3 v3.4 v3.5 v3.6 v3.7 v3.8 v3.9 v3.10 v3.11 v3.12 v3.13 v3.14 v3.15 v3.16 v3.17 v3.18 v3.19 v3.20 v3.21 v3.22 edge"

static const struct bolt_feed_source alpine_sources[] = {
	{ "alpine/{}/main", ALPINE_URL "main.json", "v3.2 " SINCE_3_3, true, "alpine-secdb/{}/main.json" },
	{ "alpine/{}/community", ALPINE_URL "community.json", SINCE_3_3, true, "alpine-secdb/{}/community.json" },
};
static const struct bolt_feed_source wolfi_sources[] = {
	{ "wolfi", "https://packages.wolfi.dev/os/security.json", NULL, true, "wolfi/security.json" },
};
static const struct bolt_feed_source chainguard_sources[] = {
	{ "chainguard", "https://packages.cgr.dev/chainguard/security.json", NULL, true, "chainguard/security.json" },
};

const struct bolt_feed bolt_feed_alpine = {
	.name = "alpine",
	.publisher = "Alpine Linux",
	.summary = "Fixes in Alpine's packages",
	.sources = alpine_sources,
	.sources_len = BOLT_ARRAY_LEN(alpine_sources),
	.recognise = recognise_alpine,
	.read = read_alpine,
};
const struct bolt_feed bolt_feed_wolfi = {
	.name = "wolfi",
	.publisher = "Wolfi",
	.summary = "Fixes in Wolfi's packages",
	.sources = wolfi_sources,
	.sources_len = BOLT_ARRAY_LEN(wolfi_sources),
	.recognise = recognise_wolfi,
	.read = read_wolfi,
};
const struct bolt_feed bolt_feed_chainguard = {
	.name = "chainguard",
	.publisher = "Chainguard",
	.summary = "Fixes in Chainguard's packages",
	.sources = chainguard_sources,
	.sources_len = BOLT_ARRAY_LEN(chainguard_sources),
	.recognise = recognise_chainguard,
	.read = read_chainguard,
};
