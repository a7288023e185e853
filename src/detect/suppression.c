#include "detect/suppression.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/arena.h"
#include "core/cursor.h"
#include "core/grow.h"
#include "core/text.h"
#include "detect/limits.h"
#include "model/purl.h"

struct entry {
	struct bolt_statement statement;
	/* What is looked up: "" stands for any; of a purl what precedes its version. */
	const char *name, *version;
	const char *purl; /* canonical, or NULL: a bare name */
	size_t place;     /* in the order added */
};

struct bolt_suppressions {
	struct bolt_arena *arena;
	struct entry *entries;
	size_t len, room;
};

int bolt_suppressions_new(struct bolt_suppressions **ret_suppressions)
{
	BOLT_CLEANUP(bolt_suppressions_freep) struct bolt_suppressions *suppressions = calloc(1, sizeof(*suppressions));

	if (!suppressions || !(suppressions->arena = bolt_arena_new(BOLT_STATEMENT_BYTES_MAX)))
		return -ENOMEM;
	*ret_suppressions = BOLT_TAKE(suppressions);
	return 0;
}

void bolt_suppressions_free(struct bolt_suppressions *suppressions)
{
	if (!suppressions)
		return;
	free(suppressions->entries);
	bolt_arena_free(suppressions->arena);
	free(suppressions);
}

bool bolt_date_valid(const char *text)
{
	static const unsigned char days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	for (size_t i = 0; i < 10; i++) {
		if (i == 4 || i == 7 ? text[i] != '-' : !isdigit((unsigned char) text[i]))
			return false;
	}
	int year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + text[3] - '0';
	int month = (text[5] - '0') * 10 + text[6] - '0', day = (text[8] - '0') * 10 + text[9] - '0';
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return !text[10] && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] && (month != 2 || day <= 28 + leap);
}

/* Copies `*text`, unless it is NULL, and makes it point to the copy. */
static int own_text(struct bolt_arena *arena, const char **text, struct bolt_err *err)
{
	if (!*text)
		return 0;
	if (strlen(*text) > BOLT_STATEMENT_TEXT_MAX)
		return bolt_err_set(err, -E2BIG, "'%.40s...' is longer than the bound of %u bytes", *text, BOLT_STATEMENT_TEXT_MAX);
	*text = bolt_arena_strdup(arena, *text);
	return *text ? 0 : -ENOMEM;
}

static int own_texts(struct bolt_arena *arena, struct bolt_statement *statement, struct bolt_err *err)
{
	const char **const texts[] = { &statement->id,          &statement->package,
				       &statement->version,     &statement->path,
				       &statement->says.by,     &statement->says.source,
				       &statement->says.status, &statement->says.justification,
				       &statement->says.reason, &statement->says.expires };
	int r = 0;

	for (size_t i = 0; r == 0 && i < BOLT_ARRAY_LEN(texts); i++)
		r = own_text(arena, texts[i], err);
	return r;
}

/* A canonical package URL up to its version, and its version as written there. A name never has a bare '@': it is written %40. */
static struct bolt_cursor purl_base(const char *purl)
{
	return bolt_cursor(purl, strcspn(purl, "@?#"));
}

static struct bolt_cursor purl_version(const char *purl)
{
	const char *end = purl + purl_base(purl).left;

	return *end == '@' ? bolt_cursor(end + 1, strcspn(end + 1, "?#")) : bolt_cursor(end, 0);
}

static int read_package(struct bolt_arena *arena, struct entry *entry, struct bolt_err *err)
{
	struct bolt_statement *statement = &entry->statement;
	struct bolt_package package;

	entry->name = statement->package ? statement->package : "";
	if (!bolt_starts_with(entry->name, "pkg:")) {
		entry->version = statement->version ? statement->version : "";
		return 0;
	}
	int r = bolt_purl_parse(arena, statement->package, &package, NULL, err);
	if (r < 0)
		return r;
	struct bolt_cursor base = purl_base(package.purl), version = purl_version(package.purl);
	if (version.left > 0 && statement->version)
		return bolt_err_set(err, -EINVAL, "a version beside a package URL that has one");
	entry->purl = package.purl;
	entry->name = bolt_arena_text(arena, base.p, base.left);
	entry->version = bolt_arena_text(arena, version.p, version.left);
	return entry->name && entry->version ? 0 : -ENOMEM;
}

int bolt_suppressions_add(struct bolt_suppressions *suppressions, const struct bolt_statement *statement, struct bolt_err *err)
{
	struct entry entry = { .statement = *statement, .place = suppressions->len };

	if (!statement->id || !*statement->id)
		return bolt_err_set(err, -EINVAL, "no id of a vulnerability");
	if (statement->says.expires && !bolt_date_valid(statement->says.expires))
		return bolt_err_set(err, -EINVAL, "'%.40s' is no date (YYYY-MM-DD)", statement->says.expires);
	if (suppressions->len >= BOLT_STATEMENTS_MAX)
		return bolt_err_set(err, -E2BIG, "more statements than the bound of %u; " BOLT_BOUND_HINT, BOLT_STATEMENTS_MAX);
	int r = own_texts(suppressions->arena, &entry.statement, err);
	if (r == 0)
		r = read_package(suppressions->arena, &entry, err);
	if (r == 0)
		r = bolt_grow(&suppressions->entries, suppressions->len, &suppressions->room, sizeof(*suppressions->entries));
	if (r < 0)
		return r;
	entry.statement.path = entry.statement.path && entry.statement.path[0] == '/' ? entry.statement.path + 1
										      : entry.statement.path;
	suppressions->entries[suppressions->len++] = entry;
	return 0;
}

void bolt_suppressions_cut(struct bolt_suppressions *suppressions, size_t len)
{
	if (len < suppressions->len)
		suppressions->len = len;
}

size_t bolt_suppressions_len(const struct bolt_suppressions *suppressions)
{
	return suppressions->len;
}

const struct bolt_statement *bolt_suppressions_at(const struct bolt_suppressions *suppressions, size_t index)
{
	return &suppressions->entries[index].statement;
}

/* Entries by what is looked up, those that hold before others first. */
struct sorted {
	struct entry **entries;
	size_t len;
};

struct key {
	const char *id;
	struct bolt_cursor name, version;
};

static int compare_text(const char *text, struct bolt_cursor key)
{
	size_t len = strlen(text), less = len < key.left ? len : key.left;
	int r = less > 0 ? memcmp(text, key.p, less) : 0;

	return r ? r : (len > key.left) - (len < key.left);
}

static int compare_to_key(const struct entry *entry, const struct key *key)
{
	int r = strcasecmp(entry->statement.id, key->id);

	if (r == 0)
		r = compare_text(entry->name, key->name);
	return r ? r : compare_text(entry->version, key->version);
}

static struct bolt_cursor cursor_of(const char *text)
{
	return bolt_cursor(text, strlen(text));
}

static bool holds_before(const struct entry *a, const struct entry *b)
{
	if (a->statement.stated_unix != b->statement.stated_unix)
		return a->statement.stated_unix > b->statement.stated_unix;
	return a->place > b->place;
}

static int compare_entries(const void *left, const void *right)
{
	const struct entry *a = *(struct entry *const *) left, *b = *(struct entry *const *) right;
	struct key key = { b->statement.id, cursor_of(b->name), cursor_of(b->version) };
	int r = compare_to_key(a, &key);

	return r ? r : holds_before(b, a) - holds_before(a, b);
}

/* Are all qualifiers of the canonical purl `asked` in `whole`? */
static bool qualifiers_agree(const char *asked, const char *whole)
{
	const char *part = asked + strcspn(asked, "?#"), *have = whole + strcspn(whole, "?#");

	for (part += *part == '?'; *part && *part != '#';) {
		size_t len = strcspn(part, "&#");
		const char *at = *have == '?' ? have : NULL;

		while (at && (strncmp(at + 1, part, len) != 0 || !strchr("&#", at[1 + len])))
			at = strchr(at + 1, '&');
		if (!at)
			return false;
		part += len + (part[len] == '&');
	}
	return true;
}

static bool recorded_at(const char *glob, const struct bolt_texts *locations)
{
	for (size_t i = 0; i < locations->len; i++) {
		if (bolt_glob_match(glob, locations->items[i]))
			return true;
	}
	return false;
}

/* All that the key does not say. */
static bool agrees(const struct entry *entry, const struct bolt_package *package)
{
	const struct bolt_statement *statement = &entry->statement;

	return !statement->expired && (!statement->version || strcmp(statement->version, package->version) == 0) &&
	       (!entry->purl || qualifiers_agree(entry->purl, package->purl)) &&
	       (!statement->path || recorded_at(statement->path, &package->locations));
}

/* The first of those with this key that agrees and holds before `best`; else `best`. */
static struct entry *look_up(const struct sorted *sorted, const struct key *key, const struct bolt_package *package,
			     struct entry *best)
{
	size_t low = 0, high = sorted->len;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (compare_to_key(sorted->entries[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < sorted->len && compare_to_key(sorted->entries[low], key) == 0; low++) {
		if (best && !holds_before(sorted->entries[low], best))
			break;
		if (agrees(sorted->entries[low], package))
			return sorted->entries[low];
	}
	return best;
}

/* A package goes by no name, its own, its source's, and its purl. */
static struct entry *look_up_all(const struct sorted *sorted, const char *id, const struct bolt_package *package,
				 struct entry *best)
{
	const char *source = package->source_name ? package->source_name : package->name,
		   *purl = package->purl ? package->purl : "";
	const struct bolt_cursor nothing = { .left = 0 }, version = cursor_of(package->version);
	const struct key keys[] = {
		{ id, nothing, nothing },
		{ id, nothing, version },
		{ id, cursor_of(package->name), nothing },
		{ id, cursor_of(package->name), version },
		{ id, cursor_of(source), nothing },
		{ id, cursor_of(source), version },
		{ id, purl_base(purl), nothing },
		{ id, purl_base(purl), purl_version(purl) },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(keys); i++)
		best = look_up(sorted, &keys[i], package, best);
	return best;
}

static int keep_copy(struct bolt_arena *arena, const struct bolt_suppression *says, struct bolt_suppression *ret_copy)
{
	struct bolt_suppression copy = *says;
	const char **const texts[] = { &copy.by, &copy.source, &copy.status, &copy.justification, &copy.reason, &copy.expires };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(texts); i++) {
		if (*texts[i] && !(*texts[i] = bolt_arena_strdup(arena, *texts[i])))
			return -ENOMEM;
	}
	*ret_copy = copy;
	return 0;
}

static int decide(const struct sorted *sorted, struct bolt_report *report, struct bolt_finding *finding,
		  struct bolt_suppression *copies)
{
	struct entry *best = look_up_all(sorted, finding->id, finding->package, NULL);
	int r = 0;

	for (size_t i = 0; i < finding->aliases.len; i++)
		best = look_up_all(sorted, finding->aliases.items[i], finding->package, best);
	if (!best)
		return 0;
	best->statement.used++;
	if (best->statement.counts)
		return 0;
	if (!copies[best->place].by)
		r = keep_copy(report->arena, &best->statement.says, &copies[best->place]);
	if (r == 0)
		finding->suppressed = copies[best->place];
	return r;
}

/* Finds those that have expired, and tells. */
static int expire(struct bolt_suppressions *suppressions, struct bolt_report *report, const char *today)
{
	size_t expired = 0;
	char text[512];
	int r = 0;

	for (size_t i = 0; r == 0 && i < suppressions->len; i++) {
		struct bolt_statement *statement = &suppressions->entries[i].statement;
		struct bolt_err message = { .msg = "" };

		statement->expired = statement->says.expires && strcmp(statement->says.expires, today) < 0;
		if (!statement->expired || ++expired > BOLT_EXPIRED_TOLD)
			continue;
		(void) bolt_err_set(&message, 0,
				    "line %u: what it says of %.100s has expired (%s), so it counts again; renew or remove it",
				    statement->line, statement->id, statement->says.expires);
		r = bolt_report_warn(report, "suppression-expired", statement->says.source, -1, message.msg);
	}
	if (r < 0 || expired <= BOLT_EXPIRED_TOLD)
		return r;
	(void) snprintf(text, sizeof(text), "%zu more statements have expired", expired - BOLT_EXPIRED_TOLD);
	return bolt_report_warn(report, "suppression-expired", NULL, -1, text);
}

static void freep(void *memory)
{
	free(*(void **) memory);
}

int bolt_suppressions_apply(struct bolt_suppressions *suppressions, struct bolt_report *report, const char *today)
{
	size_t len = suppressions->len;
	BOLT_CLEANUP(freep) struct entry **entries = calloc(len + 1, sizeof(struct entry *));
	BOLT_CLEANUP(freep) struct bolt_suppression *copies = calloc(len + 1, sizeof(*copies));

	if (!entries || !copies)
		return -ENOMEM;
	int r = expire(suppressions, report, today);
	for (size_t i = 0; i < len; i++)
		entries[i] = &suppressions->entries[i];
	qsort(entries, len, sizeof(struct entry *), compare_entries);
	struct sorted sorted = { entries, len };
	for (size_t i = 0; r == 0 && len > 0 && i < report->findings_len; i++)
		r = decide(&sorted, report, &report->findings[i], copies);
	return r;
}
