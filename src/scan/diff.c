#include "scan/diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scan/apart.h"
#include "scan/keep.h"

static int same_name(const struct bolt_package *a, const struct bolt_package *b)
{
	int r = strcmp(a->type, b->type);

	return r ? r : strcmp(a->name, b->name);
}

static int compare_packages(const void *left, const void *right)
{
	const struct bolt_package *a = *(const struct bolt_package *const *) left, *b = *(const struct bolt_package *const *) right;
	int r = same_name(a, b);

	return r ? r : strcmp(a->version, b->version);
}

/* By type, name and version; NULL after the last. NULL when out of memory. */
static const struct bolt_package **sorted(const struct bolt_report *report, struct bolt_arena *arena)
{
	const struct bolt_package **list = bolt_arena_alloc(arena, (report->packages_len + 1) * sizeof(*list));

	for (size_t i = 0; list && i < report->packages_len; i++)
		list[i] = &report->packages[i];
	if (list && report->packages_len > 0)
		qsort(list, report->packages_len, sizeof(*list), compare_packages);
	return list;
}

static void add_package(struct bolt_diff *diff, const struct bolt_package *before, const struct bolt_package *now)
{
	diff->packages[diff->packages_len++] = (struct bolt_package_change){ before, now };
	diff->packages_added += !before;
	diff->packages_removed += !now;
	diff->packages_changed += before && now;
}

/* Packages of one name, by version: those that only one side has are taken in pairs. */
static void compare_versions(struct bolt_diff *diff, const struct bolt_package **a, size_t a_len, const struct bolt_package **b,
			     size_t b_len)
{
	size_t gone = 0, new = 0, i = 0, k = 0;

	while (i < a_len || k < b_len) { /* both lists are squeezed: what is left over stands first */
		int order = i == a_len ? 1 : k == b_len ? -1 : strcmp(a[i]->version, b[k]->version);

		if (order == 0) {
			const char *version = a[i]->version;

			while (i < a_len && strcmp(a[i]->version, version) == 0) /* one for each architecture */
				i++;
			while (k < b_len && strcmp(b[k]->version, version) == 0)
				k++;
		} else if (order < 0) {
			a[gone++] = a[i++];
		} else {
			b[new ++] = b[k++];
		}
	}
	for (size_t n = 0; n < gone || n < new; n++)
		add_package(diff, n < gone ? a[n] : NULL, n < new ? b[n] : NULL);
}

static size_t run_of(const struct bolt_package **list, const struct bolt_package *name)
{
	size_t n = 0;

	while (list[n] && same_name(list[n], name) == 0)
		n++;
	return n;
}

static int compare_lists(struct bolt_diff *diff, const struct bolt_package **a, const struct bolt_package **b,
			 struct bolt_arena *arena)
{
	size_t most = diff->before.report->packages_len + diff->now.report->packages_len + 1;

	diff->packages = bolt_arena_alloc(arena, most * sizeof(*diff->packages));
	if (!diff->packages)
		return -ENOMEM;
	while (*a || *b) {
		const struct bolt_package *first = !*a ? *b : !*b ? *a : same_name(*a, *b) <= 0 ? *a : *b;
		size_t n = run_of(a, first), m = run_of(b, first);

		compare_versions(diff, a, n, b, m);
		a += n;
		b += m;
	}
	return 0;
}

/* A finding with its package; one of several of the same kind. */
struct item {
	const struct bolt_told *told;
	const struct bolt_package *package;
};

static int compare_items(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	int r = same_name(a->package, b->package);

	return r ? r : strcmp(a->told->id, b->told->id);
}

/* Each once for a package of several versions or architectures. */
static struct item *items_of(const struct bolt_diff_side *side, struct bolt_arena *arena, size_t *ret_len)
{
	struct item *items = bolt_arena_alloc(arena, (side->told_len + 1) * sizeof(*items));
	size_t len = 0;

	for (size_t i = 0; items && i < side->told_len; i++)
		items[i] = (struct item){ &side->told[i], &side->report->packages[side->told[i].package] };
	if (items && side->told_len > 0)
		qsort(items, side->told_len, sizeof(*items), compare_items);
	for (size_t i = 0; items && i < side->told_len; i++) {
		if (len == 0 || compare_items(&items[len - 1], &items[i]) != 0)
			items[len++] = items[i];
	}
	*ret_len = len;
	return items;
}

static int compare_name_to(const void *key, const void *element)
{
	return same_name(key, *(const struct bolt_package *const *) element);
}

static void add_finding(struct bolt_diff *diff, enum bolt_finding_fate fate, const struct item *item)
{
	diff->findings[diff->findings_len++] = (struct bolt_finding_change){ fate, item->told, item->package };
	diff->added += fate == BOLT_FINDING_ADDED;
	diff->fixed += fate == BOLT_FINDING_FIXED;
	diff->removed += fate == BOLT_FINDING_REMOVED;
}

static int compare_findings(const void *left, const void *right)
{
	const struct bolt_finding_change *a = left, *b = right;
	int r = (int) a->fate - (int) b->fate;

	if (r == 0)
		r = b->told->exploited - a->told->exploited;
	if (r == 0)
		r = (int) b->told->severity - (int) a->told->severity;
	if (r == 0)
		r = strcmp(a->told->id, b->told->id);
	return r ? r : same_name(a->package, b->package);
}

static int compare_told(struct bolt_diff *diff, const struct bolt_package **now, struct bolt_arena *arena)
{
	size_t a_len, b_len, i = 0, k = 0;
	struct item *a = items_of(&diff->before, arena, &a_len), *b = items_of(&diff->now, arena, &b_len);

	diff->findings = bolt_arena_alloc(arena, (a_len + b_len + 1) * sizeof(*diff->findings));
	if (!a || !b || !diff->findings)
		return -ENOMEM;
	while (i < a_len || k < b_len) {
		int order = i == a_len ? 1 : k == b_len ? -1 : compare_items(&a[i], &b[k]);
		bool there = order < 0 && bsearch(a[i].package, now, diff->now.report->packages_len, sizeof(*now), compare_name_to);

		if (order < 0)
			add_finding(diff, there ? BOLT_FINDING_FIXED : BOLT_FINDING_REMOVED, &a[i]);
		else if (order > 0)
			add_finding(diff, BOLT_FINDING_ADDED, &b[k]);
		diff->kept += order == 0;
		i += order <= 0;
		k += order >= 0;
	}
	if (diff->findings_len > 0)
		qsort(diff->findings, diff->findings_len, sizeof(*diff->findings), compare_findings);
	return 0;
}

int bolt_diff_of(const struct bolt_diff_side *before, const struct bolt_diff_side *now, struct bolt_arena *arena,
		 struct bolt_diff *ret_diff)
{
	struct bolt_diff diff = { .before = *before, .now = *now };
	const struct bolt_package **a = sorted(before->report, arena), **b = sorted(now->report, arena);
	const struct bolt_package **whole = sorted(now->report, arena);
	int r = a && b && whole ? compare_lists(&diff, a, b, arena) : -ENOMEM;

	diff.judged = before->stamp.generation > 0 && now->stamp.generation > 0;
	if (r == 0 && diff.judged)
		r = compare_told(&diff, whole, arena);
	if (r == 0)
		*ret_diff = diff;
	return r;
}

struct work {
	const struct bolt_diff_options *options;
	struct bolt_record_map before, now;
	uint64_t *failing; /* shared */
};

static int unpack(const struct bolt_record *record, struct bolt_report *report, struct bolt_diff_side *side)
{
	struct bolt_told *told;
	int r = bolt_record_unpack(record->record, NULL, report);

	if (r == 0)
		r = bolt_told_unpack(record->told, NULL, report->packages_len, report->arena, &told, &side->told_len);
	if (r == 0) {
		side->told = told;
		side->report = report;
		side->stamp = record->head.stamp;
	}
	return r;
}

static int diff_work(void *context, struct bolt_err *err)
{
	struct work *work = context;
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *before = bolt_report_new(SIZE_MAX / 2);
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *now = bolt_report_new(SIZE_MAX / 2);
	struct bolt_diff_side sides[2] = { { .report = NULL }, { .report = NULL } };
	struct bolt_diff diff;
	int r = before && now ? unpack(&work->before.record, before, &sides[0]) : -ENOMEM;

	if (r == 0)
		r = unpack(&work->now.record, now, &sides[1]);
	if (r == 0)
		r = bolt_diff_of(&sides[0], &sides[1], now->arena, &diff);
	if (r < 0)
		return bolt_err_set(err, r, r == -ENOMEM ? "out of memory" : "a scanning process left no usable record");
	for (size_t i = 0; i < diff.findings_len; i++) {
		if (diff.findings[i].fate == BOLT_FINDING_ADDED)
			*work->failing += (work->options->failing >> diff.findings[i].told->severity) & 1;
	}
	return work->options->write(work->options->context, &diff, err);
}

int bolt_diff_records(const struct bolt_diff_options *options, uint64_t *ret_failing, struct bolt_err *err)
{
	struct work work = { .options = options, .failing = bolt_shared_new(sizeof(*work.failing)) };
	const struct bolt_apart apart = { .name = "boltseal-diff",
					  .work = diff_work,
					  .context = &work,
					  .sandboxed = true,
					  .memory_bytes = options->memory_limit_bytes,
					  .fds = options->finish_fds,
					  .fds_len = options->finish_fds_len,
					  .on_crash = "please report these inputs",
					  .cancelled = options->cancelled };
	int r = work.failing ? bolt_record_map(options->before_fd, &work.before) : -ENOMEM;

	if (r == 0)
		r = bolt_record_map(options->now_fd, &work.now);
	if (r < 0)
		r = bolt_err_set(err, r, "a scanning process left no usable record: there is too much of one of the two");
	else
		r = bolt_run_apart(&apart, err);
	if (r == 0)
		*ret_failing = *work.failing;
	bolt_record_unmap(&work.before);
	bolt_record_unmap(&work.now);
	bolt_shared_free(work.failing, sizeof(*work.failing));
	return r;
}
