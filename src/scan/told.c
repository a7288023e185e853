#include "scan/told.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct bolt_told bolt_told_of(const struct bolt_finding *finding, const struct bolt_report *report)
{
	return (struct bolt_told){
		.id = finding->id,
		.fixed_version = finding->fixed_version,
		.aliases = finding->aliases,
		.package = (uint32_t) (finding->package - report->packages),
		.severity = finding->severity,
		.status = finding->status,
		.exploited = finding->kev.known,
	};
}

static int compare_told(const void *left, const void *right)
{
	const struct bolt_told *a = left, *b = right;

	return a->package != b->package ? (a->package > b->package) - (a->package < b->package) : strcmp(a->id, b->id);
}

void bolt_told_sort(struct bolt_told *told, size_t len)
{
	if (len > 0)
		qsort(told, len, sizeof(*told), compare_told);
}

int bolt_told_copy(struct bolt_arena *arena, const struct bolt_told *told, struct bolt_told *ret_copy)
{
	struct bolt_told copy = *told;
	int r = 0;

	copy.aliases = (struct bolt_texts){ NULL, 0 };
	copy.id = bolt_arena_strdup(arena, told->id);
	copy.fixed_version = told->fixed_version ? bolt_arena_strdup(arena, told->fixed_version) : NULL;
	if (!copy.id || (told->fixed_version && !copy.fixed_version))
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < told->aliases.len; i++) {
		const char *alias = bolt_arena_strdup(arena, told->aliases.items[i]);

		r = alias ? bolt_texts_append(&copy.aliases, arena, alias) : -ENOMEM;
	}
	if (r == 0)
		*ret_copy = copy;
	return r;
}

static bool has_name(const struct bolt_told *told, const char *name)
{
	for (size_t i = 0; i < told->aliases.len; i++) {
		if (strcmp(told->aliases.items[i], name) == 0)
			return true;
	}
	return false;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static unsigned what_changed(const struct bolt_told *before, const struct bolt_told *now)
{
	unsigned what = 0;

	if (before->severity != now->severity)
		what |= BOLT_CHANGED_SEVERITY;
	if (!same_text(before->fixed_version, now->fixed_version))
		what |= BOLT_CHANGED_FIX;
	else if (before->status != now->status)
		what |= BOLT_CHANGED_STATUS;
	if (before->exploited != now->exploited)
		what |= BOLT_CHANGED_EXPLOITED;
	return what;
}

struct comparison {
	struct bolt_told_change *changes; /* room for both lists */
	size_t len;
};

static void add(struct comparison *c, const struct bolt_told *before, const struct bolt_told *now)
{
	unsigned what = before && now ? what_changed(before, now) : 0;

	if (!before || !now || what)
		c->changes[c->len++] = (struct bolt_told_change){ before, now, what };
}

/* Of one package: by id, and what is left by other names. Those are few: an advisory gets a better name once in its life. */
static void compare_package(struct comparison *c, const struct bolt_told *before, size_t before_len, const struct bolt_told *now,
			    size_t now_len)
{
	size_t from = c->len, a = 0, b = 0, kept = from;

	while (a < before_len || b < now_len) {
		int order = a == before_len ? 1 : b == now_len ? -1 : strcmp(before[a].id, now[b].id);
		const struct bolt_told *old = order <= 0 ? &before[a++] : NULL, *new = order >= 0 ? &now[b++] : NULL;

		add(c, old, new);
	}
	for (size_t i = from; i < c->len; i++) {
		struct bolt_told_change *gone = &c->changes[i];

		for (size_t k = from; !gone->now && gone->before && k < c->len; k++) {
			struct bolt_told_change *new = &c->changes[k];

			if (new->before || !new->now ||
			    (!has_name(new->now, gone->before->id) && !has_name(gone->before, new->now->id)))
				continue;
			gone->now = new->now;
			gone->what = what_changed(gone->before, gone->now);
			*new = (struct bolt_told_change){ .before = NULL };
		}
	}
	for (size_t i = from; i < c->len; i++) {
		const struct bolt_told_change *change = &c->changes[i];
		bool both = change->before && change->now;

		if (both ? change->what != 0 : change->before || change->now)
			c->changes[kept++] = *change;
	}
	c->len = kept;
}

static size_t of_package(const struct bolt_told *told, size_t len, uint32_t package)
{
	size_t n = 0;

	while (n < len && told[n].package == package)
		n++;
	return n;
}

static int kind_of(const struct bolt_told_change *change)
{
	return !change->before ? 0 : change->now ? 1 : 2;
}

static int compare_changes(const void *left, const void *right)
{
	const struct bolt_told_change *a = left, *b = right;
	const struct bolt_told *x = a->now ? a->now : a->before, *y = b->now ? b->now : b->before;
	int r = kind_of(a) - kind_of(b);

	if (r == 0)
		r = y->exploited - x->exploited;
	if (r == 0)
		r = (int) y->severity - (int) x->severity;
	if (r == 0)
		r = strcmp(x->id, y->id);
	return r ? r : (x->package > y->package) - (x->package < y->package);
}

int bolt_told_compare(const struct bolt_told *before, size_t before_len, const struct bolt_told *now, size_t now_len,
		      struct bolt_arena *arena, struct bolt_told_change **ret_changes, size_t *ret_len)
{
	struct comparison c = { .changes = bolt_arena_alloc(arena, (before_len + now_len + 1) * sizeof(*c.changes)) };
	size_t a = 0, b = 0;

	if (!c.changes)
		return -ENOMEM;
	while (a < before_len || b < now_len) {
		uint32_t x = a < before_len ? before[a].package : UINT32_MAX, y = b < now_len ? now[b].package : UINT32_MAX;
		uint32_t package = x < y ? x : y;
		size_t n = of_package(&before[a], before_len - a, package), m = of_package(&now[b], now_len - b, package);

		compare_package(&c, &before[a], n, &now[b], m);
		a += n;
		b += m;
	}
	if (c.len > 0)
		qsort(c.changes, c.len, sizeof(*c.changes), compare_changes);
	*ret_changes = c.changes;
	*ret_len = c.len;
	return 0;
}
