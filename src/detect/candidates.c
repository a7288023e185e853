#include "detect/candidates.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/version.h"
#include "core/grow.h"
#include "core/hash64.h"
#include "core/text.h"
#include "detect/authority.h"

/* Which candidate has a name; slots of earlier gatherings are free. */
struct name_slot {
	const char *name;
	size_t candidate;
	uint64_t round;
};

struct cached_record {
	uint32_t number; /* + 1; 0: free */
	const struct bolt_advisory *record;
};

struct bolt_candidates {
	struct bolt_database *database; /* borrowed */
	struct bolt_arena *arena;       /* borrowed */
	struct bolt_probe probes[BOLT_PROBES_MOST];
	struct bolt_candidate *raw; /* one an entry */
	size_t raw_len, raw_room;
	struct bolt_candidate *items; /* one a vulnerability of an entry that matters */
	size_t *leaders;              /* of items: union-find by names */
	struct member {
		size_t leader, item;
	} * members; /* items, those of one group side by side */
	size_t len, room, leaders_room, members_room, next;
	struct name_slot *names;
	size_t names_len, names_room; /* room: a power of two */
	uint64_t round;
	struct cached_record *records;
	size_t records_len, records_room;
	struct bolt_candidate_group group;
};

int bolt_candidates_new(struct bolt_database *database, struct bolt_arena *arena, struct bolt_candidates **ret_candidates)
{
	struct bolt_candidates *c = calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	c->database = database;
	c->arena = arena;
	*ret_candidates = c;
	return 0;
}

void bolt_candidates_free(struct bolt_candidates *c)
{
	if (!c)
		return;
	free(c->raw);
	free(c->items);
	free(c->leaders);
	free(c->members);
	free(c->names);
	free(c->records);
	free(c);
}

/* "nodejs:16" of an entry against "nodejs:16:8050020210422:..." of a package. */
static bool same_module(const struct bolt_entry *entry, const struct bolt_package *package, const struct bolt_probe *probe)
{
	if (!entry->modularity) /* Red Hat labels all of its modules: without a label it is about the package outside of them */
		return !package->modularity || strcmp(probe->row->name, "Red Hat") != 0;
	if (!package->modularity)
		return false;
	size_t len = strlen(entry->modularity);
	return strncmp(package->modularity, entry->modularity, len) == 0 &&
	       (package->modularity[len] == ':' || package->modularity[len] == '\0');
}

/* Subscribers' fixes hide what is said to everybody: a version with one has it. */
static unsigned rank_of(const struct bolt_probe *probe, const char *part)
{
	return bolt_authority_rank(probe->row, part) * 2 + !bolt_starts_with(probe->ecosystem, "Ubuntu:Pro");
}

static int gather_entry(struct bolt_candidates *c, const struct bolt_probe *probe, const struct bolt_entry *entry, unsigned rank)
{
	struct bolt_candidate candidate = { .entry = *entry, .probe = probe, .rank = rank };
	int r = 0;

	if (entry->status != BOLT_STATUS_NOT_AFFECTED) {
		r = bolt_entry_affects(c->database, entry, probe->row->scheme, probe->version, &candidate.hit);
		if (r < 0)
			return r;
	}
	candidate.affects = r == 1;
	r = bolt_grow(&c->raw, c->raw_len, &c->raw_room, sizeof(*c->raw));
	if (r == 0)
		c->raw[c->raw_len++] = candidate;
	return r;
}

static int gather_probe(struct bolt_candidates *c, const struct bolt_probe *probe, const struct bolt_package *package)
{
	const struct bolt_part_state *part = NULL;
	struct bolt_cursor entries;
	struct bolt_entry entry;
	unsigned rank = 0;
	int r = bolt_database_find(c->database, probe->ecosystem, probe->package, probe->binary, &entries);

	while (r == 0 && (r = bolt_entry_next(&entries, &entry)) == 1) {
		if (!part || part->number != entry.part) { /* a kernel has thousands of entries, of two or three parts */
			part = bolt_database_part_numbered(c->database, entry.part);
			if (!part)
				return -EBADMSG;
			rank = rank_of(probe, part->part);
		}
		r = entry.withdrawn || !same_module(&entry, package, probe) ? 0 : gather_entry(c, probe, &entry, rank);
	}
	return r;
}

static struct cached_record *record_slot(struct bolt_candidates *c, uint32_t number)
{
	size_t at = (number * UINT64_C(0x9e3779b97f4a7c15)) >> 32;

	for (;; at++) {
		struct cached_record *slot = &c->records[at & (c->records_room - 1)];

		if (slot->number == 0 || slot->number == number + 1)
			return slot;
	}
}

static int grow_records(struct bolt_candidates *c)
{
	struct cached_record *old = c->records;
	size_t old_room = c->records_room, room = old_room ? old_room * 2 : 256;

	c->records = calloc(room, sizeof(*c->records));
	if (!c->records) {
		c->records = old;
		return -ENOMEM;
	}
	c->records_room = room;
	for (size_t i = 0; i < old_room; i++) {
		if (old[i].number)
			*record_slot(c, old[i].number - 1) = old[i];
	}
	free(old);
	return 0;
}

/* The binary packages of one source have the same advisories: each is unpacked once. */
static int load_record(struct bolt_candidates *c, struct bolt_candidate *candidate)
{
	if (c->records_len * 2 >= c->records_room && grow_records(c) < 0)
		return -ENOMEM;
	struct cached_record *slot = record_slot(c, candidate->entry.record);
	if (!slot->number) {
		struct bolt_advisory *record = bolt_arena_alloc(c->arena, sizeof(*record));
		int r = record ? bolt_database_record(c->database, candidate->entry.record, c->arena, NULL, record) : -ENOMEM;

		if (r < 0)
			return r == -ENOENT ? -EBADMSG : r;
		*slot = (struct cached_record){ candidate->entry.record + 1, record };
		c->records_len++;
	}
	candidate->record = slot->record;
	return 0;
}

static size_t leader_of(struct bolt_candidates *c, size_t i)
{
	while (c->leaders[i] != i) {
		c->leaders[i] = c->leaders[c->leaders[i]];
		i = c->leaders[i];
	}
	return i;
}

static struct name_slot *name_slot(const struct bolt_candidates *c, const char *name)
{
	size_t at = (size_t) bolt_hash64(name, strlen(name));

	for (;; at++) {
		struct name_slot *slot = &c->names[at & (c->names_room - 1)];

		if (slot->round != c->round || strcmp(slot->name, name) == 0)
			return slot;
	}
}

static int grow_names(struct bolt_candidates *c)
{
	struct name_slot *old = c->names;
	size_t old_room = c->names_room, room = old_room ? old_room * 2 : 256;

	c->names = calloc(room, sizeof(*c->names));
	if (!c->names) {
		c->names = old;
		return -ENOMEM;
	}
	c->names_room = room;
	for (size_t i = 0; i < old_room; i++) {
		if (old[i].round == c->round)
			*name_slot(c, old[i].name) = old[i];
	}
	free(old);
	return 0;
}

/* Candidate `i` goes by `name`: whoever else does is in its group. */
static int add_name(struct bolt_candidates *c, size_t i, const char *name)
{
	if (c->names_len * 2 >= c->names_room && grow_names(c) < 0)
		return -ENOMEM;
	struct name_slot *slot = name_slot(c, name);
	if (slot->round == c->round) {
		c->leaders[leader_of(c, i)] = leader_of(c, slot->candidate);
		return 0;
	}
	*slot = (struct name_slot){ name, i, c->round };
	c->names_len++;
	return 0;
}

/* "DEBIAN-CVE-2022-0778" is what a publisher calls its record of CVE-2022-0778. */
static const char *plain_name(const char *name)
{
	const char *cve = strstr(name, "-CVE-");

	return cve ? cve + 1 : name;
}

static int add_item(struct bolt_candidates *c, const struct bolt_candidate *candidate, const char *name)
{
	const struct bolt_advisory *record = candidate->record;
	size_t i = c->len;
	int r = bolt_grow(&c->items, c->len, &c->room, sizeof(*c->items));

	if (r == 0)
		r = bolt_grow(&c->leaders, c->len, &c->leaders_room, sizeof(*c->leaders));
	if (r == 0)
		r = bolt_grow(&c->members, c->len, &c->members_room, sizeof(*c->members));
	if (r < 0)
		return r;
	c->items[i] = *candidate;
	c->items[i].name = name;
	c->leaders[i] = i;
	c->len++;
	if (name)
		return add_name(c, i, name);
	r = add_name(c, i, plain_name(record->id));
	for (size_t k = 0; r == 0 && k < record->aliases.len; k++)
		r = add_name(c, i, plain_name(record->aliases.items[k]));
	return r;
}

/* Some list a vulnerability under two names. */
static bool is_named_already(const struct bolt_candidates *c, const struct bolt_candidate *candidate, const char *name)
{
	const struct name_slot *slot = c->names_room > 0 ? name_slot(c, name) : NULL;

	return slot && slot->round == c->round && c->items[slot->candidate].entry.record == candidate->entry.record &&
	       c->items[slot->candidate].probe == candidate->probe;
}

/* An erratum deals with several vulnerabilities: each is a matter of its own. */
static int add_items(struct bolt_candidates *c, struct bolt_candidate *candidate)
{
	int r = load_record(c, candidate);

	if (r == 0 && candidate->record->upstream.len == 0)
		return add_item(c, candidate, NULL);
	for (size_t i = 0; r == 0 && i < candidate->record->upstream.len; i++) {
		const char *name = plain_name(candidate->record->upstream.items[i]);

		if (!is_named_already(c, candidate, name))
			r = add_item(c, candidate, name);
	}
	return r;
}

static int compare_members(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int r = (a->leader > b->leader) - (a->leader < b->leader);

	return r ? r : (a->item > b->item) - (a->item < b->item);
}

static void sort_members(struct bolt_candidates *c)
{
	for (size_t i = 0; i < c->len; i++)
		c->members[i] = (struct member){ leader_of(c, i), i };
	if (c->len > 0)
		qsort(c->members, c->len, sizeof(*c->members), compare_members);
}

int bolt_candidates_gather(struct bolt_candidates *c, const struct bolt_package *package, const struct bolt_os *os)
{
	size_t probes = bolt_probes_of(package, os, c->probes);
	unsigned worst = 0; /* rank of a hit: only those above it can hide one */
	int r = 0;

	c->raw_len = c->len = c->next = c->names_len = 0;
	c->round++;
	for (size_t i = 0; r == 0 && i < probes; i++)
		r = gather_probe(c, &c->probes[i], package);
	for (size_t i = 0; i < c->raw_len; i++)
		worst = c->raw[i].affects && c->raw[i].rank > worst ? c->raw[i].rank : worst;
	for (size_t i = 0; r == 0 && i < c->raw_len; i++) {
		if (c->raw[i].affects || c->raw[i].rank < worst)
			r = add_items(c, &c->raw[i]);
	}
	if (r == 0)
		sort_members(c);
	return r;
}

static unsigned name_class(const char *name)
{
	return bolt_starts_with(name, "CVE-") ? 0 : bolt_starts_with(name, "GHSA-") ? 1 : 2;
}

static const char *better_name(const char *a, const char *b)
{
	if (!a || name_class(b) < name_class(a))
		return b;
	return name_class(a) < 2 && name_class(a) == name_class(b) && strcmp(b, a) < 0 ? b : a;
}

static const char *name_of(const struct bolt_candidate *candidate)
{
	const char *name = candidate->name;

	if (name)
		return name;
	name = plain_name(candidate->record->id);
	for (size_t i = 0; i < candidate->record->aliases.len; i++)
		name = better_name(name, plain_name(candidate->record->aliases.items[i]));
	return name;
}

/* Who has all fixes of a group has the last of them. */
static bool is_better(const struct bolt_candidate *a, const struct bolt_candidate *b)
{
	if (!b || !a->hit.fixed || !b->hit.fixed)
		return !b || (a->hit.fixed && !b->hit.fixed);
	return bolt_version_compare(a->probe->row->scheme, a->hit.fixed, b->hit.fixed) > 0;
}

/* Only who has most authority speaks; NULL: the vulnerability is known, and the version does not count. */
static struct bolt_candidate_group *make_group(struct bolt_candidates *c, const struct member *members, size_t len)
{
	struct bolt_candidate_group *group = &c->group;
	struct bolt_candidate **last = &group->first;
	unsigned rank = ~0u;

	*group = (struct bolt_candidate_group){ .id = NULL };
	for (size_t i = 0; i < len; i++)
		rank = c->items[members[i].item].rank < rank ? c->items[members[i].item].rank : rank;
	for (size_t i = 0; i < len; i++) {
		struct bolt_candidate *candidate = &c->items[members[i].item];

		if (candidate->rank != rank || !candidate->affects)
			continue;
		group->id = better_name(group->id, name_of(candidate));
		if (is_better(candidate, group->best))
			group->best = candidate;
		candidate->next = NULL;
		*last = candidate;
		last = &candidate->next;
		group->len++;
	}
	return group->len > 0 ? group : NULL;
}

struct bolt_candidate_group *bolt_candidates_next_group(struct bolt_candidates *c)
{
	struct bolt_candidate_group *group = NULL;

	while (!group && c->next < c->len) {
		size_t from = c->next;

		while (c->next < c->len && c->members[c->next].leader == c->members[from].leader)
			c->next++;
		group = make_group(c, &c->members[from], c->next - from);
	}
	return group;
}

const struct bolt_candidate *bolt_candidates_all(const struct bolt_candidates *c, size_t *ret_len)
{
	*ret_len = c->raw_len;
	return c->raw;
}

const char *bolt_candidate_why(const struct bolt_candidate *candidate, struct bolt_arena *arena)
{
	const struct bolt_probe *probe = candidate->probe;
	const struct bolt_hit *hit = &candidate->hit;
	bool from_start = hit->from && strcmp(hit->from, "0") == 0;

	if (!hit->from)
		return bolt_arena_printf(arena, "%s is one of the versions listed, %s %s", probe->version, probe->ecosystem,
					 probe->package);
	return bolt_arena_printf(arena, "%s%s%s%s%s%s, %s %s", from_start ? "" : hit->from,
				 from_start ? "" : " <= ", probe->version,
				 hit->fixed   ? " < "
				 : hit->until ? " <= "
					      : "",
				 hit->fixed   ? hit->fixed
				 : hit->until ? hit->until
					      : "",
				 hit->fixed   ? " (fixed)"
				 : hit->until ? " (last affected)"
					      : " (no fix is known)",
				 probe->ecosystem, probe->package);
}
