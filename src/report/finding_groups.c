#include "report/finding_groups.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *group_name(const struct bolt_package *package)
{
	return package->source_name && *package->source_name ? package->source_name : package->name;
}

static const char *group_version(const struct bolt_package *package)
{
	bool source = package->source_name && package->source_version && *package->source_version;

	return source ? package->source_version : package->version;
}

static int compare_groups(const struct bolt_report *report, const struct bolt_finding *a, const struct bolt_finding *b)
{
	const char *origin_a = bolt_finding_origin(report, a), *origin_b = bolt_finding_origin(report, b);
	int r = strcmp(group_name(a->package), group_name(b->package));

	if (r == 0)
		r = strcmp(a->package->type, b->package->type);
	if (r == 0)
		r = strcmp(group_version(a->package), group_version(b->package));
	return r ? r : strcmp(origin_a ? origin_a : "", origin_b ? origin_b : "");
}

/* The report's order is that of urgency, and a finding's address is its place in it. */
static int compare_addresses(const void *a, const void *b)
{
	return (a > b) - (a < b);
}

static int compare_by_id(const void *left, const void *right, void *context)
{
	const struct bolt_report *const *report = context;
	const struct bolt_finding *const *a = left, *const *b = right;
	int r = compare_groups(*report, *a, *b);

	if (r == 0)
		r = strcmp((*a)->id, (*b)->id);
	return r ? r : compare_addresses(*a, *b);
}

static int compare_by_package(const void *left, const void *right, void *context)
{
	const struct bolt_report *const *report = context;
	const struct bolt_finding *const *a = left, *const *b = right;
	int r = compare_groups(*report, *a, *b);

	if (r == 0)
		r = strcmp((*a)->package->name, (*b)->package->name);
	if (r == 0)
		r = compare_addresses((*a)->package, (*b)->package);
	return r ? r : compare_addresses(*a, *b);
}

static int compare_by_urgency(const void *left, const void *right)
{
	const struct bolt_finding_row *a = left, *b = right;

	return compare_addresses(a->finding, b->finding);
}

static int compare_first_rows(const void *left, const void *right)
{
	const struct bolt_finding_group *a = left, *b = right;

	return compare_addresses(a->rows[0].finding, b->rows[0].finding);
}

/* Findings that are sorted by id become rows, in the order of urgency. Returns how many. */
static size_t make_rows(const struct bolt_finding *const *by_id, size_t n, struct bolt_finding_row *rows)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		if (len == 0 || strcmp(rows[len - 1].finding->id, by_id[i]->id) != 0)
			rows[len++] = (struct bolt_finding_row){ by_id[i], by_id + i, 0 };
		rows[len - 1].in_len++;
	}
	qsort(rows, len, sizeof(*rows), compare_by_urgency);
	return len;
}

static void fill_group(const struct bolt_report *report, const struct bolt_finding_row *rows, size_t n,
		       struct bolt_finding_group *group)
{
	const struct bolt_finding *first = rows[0].finding;

	group->name = group_name(first->package);
	group->version = group_version(first->package);
	group->type = first->package->type;
	group->origin = bolt_finding_origin(report, first);
	group->rows = rows;
	group->rows_len = n;
	for (size_t i = 0; i < n; i++) {
		group->by_severity[rows[i].finding->severity]++;
		group->fixable += rows[i].finding->fixed_version != NULL;
		group->exploited += rows[i].finding->kev.known;
	}
}

int bolt_finding_groups_make(const struct bolt_report *report, struct bolt_finding_groups *ret_groups)
{
	size_t room = report->findings_len + 1, n = 0;
	struct bolt_finding_groups groups = { .items = calloc(room, sizeof(*groups.items)),
					      .rows = calloc(room, sizeof(*groups.rows)),
					      .by_id = calloc(room, sizeof(*groups.by_id)),
					      .all = calloc(room, sizeof(*groups.all)) };

	if (!groups.items || !groups.rows || !groups.by_id || !groups.all) {
		bolt_finding_groups_done(&groups);
		return -ENOMEM;
	}
	for (size_t i = 0; i < report->findings_len; i++) {
		if (!report->findings[i].suppressed.by)
			groups.by_id[n++] = &report->findings[i];
	}
	memcpy(groups.all, groups.by_id, n * sizeof(*groups.all));
	qsort_r(groups.by_id, n, sizeof(*groups.by_id), compare_by_id, &report);
	qsort_r(groups.all, n, sizeof(*groups.all), compare_by_package, &report);
	for (size_t begin = 0, end; begin < n; begin = end) {
		struct bolt_finding_group *group = &groups.items[groups.len++];

		for (end = begin + 1; end < n && compare_groups(report, groups.all[begin], groups.all[end]) == 0;)
			end++;
		group->all = groups.all + begin;
		group->all_len = end - begin;
		fill_group(report, groups.rows + begin, make_rows(groups.by_id + begin, end - begin, groups.rows + begin), group);
	}
	qsort(groups.items, groups.len, sizeof(*groups.items), compare_first_rows);
	*ret_groups = groups;
	return 0;
}

void bolt_finding_groups_done(struct bolt_finding_groups *groups)
{
	free(groups->items);
	free(groups->rows);
	free(groups->by_id);
	free(groups->all);
	*groups = (struct bolt_finding_groups){ 0 };
}

void bolt_finding_group_packages(const struct bolt_finding_group *group, void (*put)(void *context, const char *name),
				 void *context)
{
	for (size_t i = 0; i < group->all_len; i++) {
		if (i == 0 || strcmp(group->all[i - 1]->package->name, group->all[i]->package->name) != 0)
			put(context, group->all[i]->package->name);
	}
}
