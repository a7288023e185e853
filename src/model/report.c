#include "model/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *bolt_origin_text(enum bolt_origin origin)
{
	static const char *const texts[] = { "unknown", "base", "runtime", "application" };

	return texts[origin];
}

struct bolt_report *bolt_report_new(size_t max_bytes)
{
	struct bolt_report *report = calloc(1, sizeof(*report));

	if (!report)
		return NULL;
	report->arena = bolt_arena_new(max_bytes);
	if (!report->arena) {
		free(report);
		return NULL;
	}
	return report;
}

void bolt_report_free(struct bolt_report *report)
{
	if (!report)
		return;
	bolt_arena_free(report->arena);
	free(report);
}

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_packages(const void *left, const void *right)
{
	const struct bolt_package *a = left, *b = right;
	int r = compare_texts(a->purl, b->purl);

	if (r == 0)
		r = (a->removed_layer > b->removed_layer) - (a->removed_layer < b->removed_layer);
	if (r == 0)
		r = compare_texts(a->locations.len ? a->locations.items[0] : NULL, b->locations.len ? b->locations.items[0] : NULL);
	return r;
}

static int compare_warnings(const void *left, const void *right)
{
	const struct bolt_warning *a = left, *b = right;
	int r = (a->layer > b->layer) - (a->layer < b->layer);

	if (r == 0)
		r = compare_texts(a->path, b->path);
	if (r == 0)
		r = compare_texts(a->code, b->code);
	return r ? r : compare_texts(a->message, b->message);
}

static int compare_findings(const void *left, const void *right)
{
	const struct bolt_finding *a = left, *b = right;
	int r = (a->suppressed.by != NULL) - (b->suppressed.by != NULL);

	if (r == 0)
		r = (a->priority.score < b->priority.score) - (a->priority.score > b->priority.score);
	if (r == 0)
		r = (a->severity < b->severity) - (a->severity > b->severity);
	if (r == 0)
		r = compare_texts(a->id, b->id);
	return r ? r : (a->package > b->package) - (a->package < b->package);
}

void bolt_report_sort(struct bolt_report *report)
{
	if (report->packages_len > 0)
		qsort(report->packages, report->packages_len, sizeof(*report->packages), compare_packages);
	if (report->removed_packages_len > 0)
		qsort(report->removed_packages, report->removed_packages_len, sizeof(*report->removed_packages), compare_packages);
	bolt_report_sort_findings(report);
}

void bolt_report_sort_findings(struct bolt_report *report)
{
	if (report->findings_len > 0)
		qsort(report->findings, report->findings_len, sizeof(*report->findings), compare_findings);
	if (report->warnings_len > 0)
		qsort(report->warnings, report->warnings_len, sizeof(*report->warnings), compare_warnings);
}

int bolt_report_warn(struct bolt_report *report, const char *code, const char *path, int layer, const char *message)
{
	if (report->warnings_len == report->warnings_room) {
		size_t room = report->warnings_room ? report->warnings_room * 2 : 8;
		struct bolt_warning *bigger = bolt_arena_alloc(report->arena, room * sizeof(*bigger));

		if (!bigger)
			return -ENOMEM;
		if (report->warnings_len > 0)
			memcpy(bigger, report->warnings, report->warnings_len * sizeof(*bigger));
		report->warnings = bigger;
		report->warnings_room = room;
	}
	struct bolt_warning warning = { bolt_arena_strdup(report->arena, code), bolt_arena_strdup(report->arena, message),
					path ? bolt_arena_strdup(report->arena, path) : NULL, layer };
	if (!warning.code || !warning.message || (path && !warning.path))
		return -ENOMEM;
	report->warnings[report->warnings_len++] = warning;
	return 0;
}
