#include "detect/actions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/ecosystem.h"
#include "advisory/version.h"
#include "detect/action_text.h"
#include "detect/priority.h"
#include "detect/reach.h"

/* A finding and what one does about it: all of one kind, name and type go away together. */
struct item {
	const struct bolt_finding *finding;
	enum bolt_action_kind kind;
	const char *name, *type; /* of a language's package; "": all packages of the distribution */
};

static bool can_be_removed(const struct bolt_finding *finding)
{
	return !finding->suppressed.by && finding->fixed_version;
}

static struct item item_of(const struct bolt_finding *finding, const struct bolt_report *report)
{
	const struct bolt_package *package = finding->package;

	if (!bolt_package_is_system(package))
		return (struct item){ finding, bolt_action_is_go(package) ? BOLT_ACTION_BUMP_RUNTIME : BOLT_ACTION_BUMP_DEPENDENCY,
				      package->name, package->type };
	bool base = bolt_package_origin(package, report) == BOLT_ORIGIN_BASE;
	return (struct item){ finding, base ? BOLT_ACTION_REBUILD_BASE : BOLT_ACTION_BUMP_RUNTIME, "", "" };
}

static int compare_groups(const struct item *a, const struct item *b)
{
	int r = (a->kind > b->kind) - (a->kind < b->kind);

	if (r == 0)
		r = strcmp(a->name, b->name);
	return r ? r : strcmp(a->type, b->type);
}

/* Within a group by package, so that its names come in order, then by all else that is told of them. */
static int compare_items(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	int r = compare_groups(a, b);

	if (r == 0)
		r = strcmp(a->finding->package->name, b->finding->package->name);
	return r ? r : strcmp(a->finding->fixed_version, b->finding->fixed_version);
}

struct group {
	const struct item *items;
	size_t len;
	size_t names, exploited;
	unsigned long long priority;
};

static struct group take_group(const struct item *items, size_t len)
{
	struct group group = { .items = items };

	while (group.len < len && compare_groups(&items[0], &items[group.len]) == 0) {
		const struct bolt_finding *finding = items[group.len].finding;

		if (group.len == 0 || strcmp(items[group.len - 1].finding->package->name, finding->package->name) != 0)
			group.names++;
		group.exploited += finding->kev.known;
		group.priority += finding->priority.score;
		group.len++;
	}
	return group;
}

/* Equal ones stay in the order of their kinds and names. */
static bool comes_before(const struct group *a, const struct group *b)
{
	return a->priority != b->priority ? a->priority > b->priority : a->len > b->len;
}

static void keep_best(struct group *best, size_t *len, const struct group *group)
{
	size_t at = *len < BOLT_ACTIONS_MOST ? (*len)++ : BOLT_ACTIONS_MOST;

	for (; at > 0 && comes_before(group, &best[at - 1]); at--) {
		if (at < BOLT_ACTIONS_MOST)
			best[at] = best[at - 1];
	}
	if (at < BOLT_ACTIONS_MOST)
		best[at] = *group;
}

/* The package of the most urgent finding; of equal ones the first by name. */
static const struct bolt_package *foremost(const struct group *group)
{
	const struct bolt_finding *first = group->items[0].finding;

	for (size_t i = 1; i < group->len; i++) {
		if (group->items[i].finding->priority.score > first->priority.score)
			first = group->items[i].finding;
	}
	return first->package;
}

/* The highest of the fixed versions of one package. */
static const char *lowest_without_findings(const struct group *group, const struct bolt_os *os)
{
	struct bolt_probe probes[BOLT_PROBES_MOST];
	const struct bolt_finding *first = group->items[0].finding;
	size_t asked = bolt_probes_of(first->package, os, probes);
	enum bolt_version_scheme scheme = asked > 0 ? probes[0].row->scheme : BOLT_VERSION_PLAIN;
	const char *highest = first->fixed_version;

	for (size_t i = 1; i < group->len; i++) {
		if (bolt_version_compare(scheme, group->items[i].finding->fixed_version, highest) > 0)
			highest = group->items[i].finding->fixed_version;
	}
	return highest;
}

static int make_action(struct bolt_report *report, const struct group *group, struct bolt_action *ret_action)
{
	struct bolt_action action = {
		.kind = group->items[0].kind, .removes = group->len, .exploited = group->exploited, .priority = group->priority
	};
	struct bolt_action_subject subject = { .package = foremost(group), .names = group->names };
	const char *last = NULL;
	int r = 0;

	for (size_t i = 0; r == 0 && i < group->len; i++) {
		const char *name = group->items[i].finding->package->name;

		if (!last || strcmp(last, name) != 0)
			r = bolt_texts_append(&action.packages, report->arena, name);
		last = name;
	}
	if (group->names == 1)
		subject.version = lowest_without_findings(group, &report->os);
	action.text = r == 0 ? bolt_action_text(report->arena, &action, &subject, &report->os) : NULL;
	if (!action.text)
		return -ENOMEM;
	*ret_action = action;
	return 0;
}

static void freep(void *memory)
{
	free(*(void **) memory);
}

int bolt_actions_of(struct bolt_report *report)
{
	BOLT_CLEANUP(freep) struct item *items = malloc(report->findings_len * sizeof(*items) + 1);
	struct group best[BOLT_ACTIONS_MOST];
	size_t len = 0, best_len = 0;

	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < report->findings_len; i++) {
		if (can_be_removed(&report->findings[i]))
			items[len++] = item_of(&report->findings[i], report);
	}
	if (len == 0)
		return 0;
	qsort(items, len, sizeof(*items), compare_items);
	for (size_t i = 0; i < len;) {
		struct group group = take_group(items + i, len - i);

		keep_best(best, &best_len, &group);
		i += group.len;
	}
	struct bolt_action *actions = bolt_arena_alloc(report->arena, best_len * sizeof(*actions));
	if (!actions)
		return -ENOMEM;
	for (size_t i = 0; i < best_len; i++) {
		int r = make_action(report, &best[i], &actions[i]);

		if (r < 0)
			return r;
	}
	report->actions = actions;
	report->actions_len = best_len;
	return 0;
}
