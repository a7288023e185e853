#include "inventory/merge.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "inventory/coverage.h"
#include "inventory/distribution_owner.h"
#include "inventory/limits.h"
#include "inventory/lower_links.h"
#include "inventory/path_set.h"
#include "inventory/sink_private.h"
#include "inventory/squash.h"
#include "model/purl.h"

/* One record of a package, with the layers in which it is seen: from `start` up to but not including `end`. */
struct occurrence {
	const struct bolt_found *found;
	const char *purl;
	int start, end;
};

struct merge {
	struct bolt_report *report;
	struct bolt_part *parts;
	size_t parts_len;
	bool layered;
	struct bolt_squash *squash;
	struct bolt_lower_links *links;
	struct occurrence *occurrences;
	size_t len;
	const struct bolt_license_of **licenses;
	size_t licenses_len;
	const char *cut; /* purl of the first package with more licences than the bound, or NULL */
};

/* One walk for all who want to see every record: it takes most of the time here. */
static int walk_layer(struct merge *m, int layer)
{
	struct bolt_file_cursor cursor;
	struct bolt_file_record record;
	int r = 0;

	bolt_file_first(m->parts[layer].files, &cursor);
	while (r == 0 && bolt_file_next(&cursor, &record)) {
		uint64_t hash = path_hash(record.path, record.path_len);

		r = bolt_squash_record(m->squash, layer, &record, hash, cursor.ordinal);
		if (r == 0 && m->parts_len > 1)
			r = bolt_lower_links_record(m->links, layer, &record, hash);
	}
	return r;
}

static int watch_all(struct merge *m)
{
	int r = 0;

	for (size_t i = 0; i < m->parts_len; i++) {
		const struct bolt_sink *sink = m->parts[i].sink;
		const char *last = NULL;

		for (size_t k = 0; r == 0 && k < sink->found_len; k++) {
			if (sink->found[k].file != last) /* one file's records stand together */
				r = bolt_squash_watch(m->squash, sink->found[k].file);
			last = sink->found[k].file;
		}
		for (size_t k = 0; r == 0 && k < sink->os_len; k++)
			r = bolt_squash_watch(m->squash, sink->os[k].os.location);
	}
	for (size_t i = 0; r == 0 && i < m->parts_len; i++)
		r = walk_layer(m, (int) i);
	return r;
}

static int ends(const struct merge *m, const char *file, size_t part)
{
	return m->layered ? bolt_squash_ends(m->squash, file, (int) part) : BOLT_SQUASH_STAYS;
}

/* A name may stand twice in one layer; only the last is what the layer holds. */
static bool is_superseded(const struct merge *m, const struct bolt_found *found, size_t part)
{
	if (!m->layered)
		return false;
	uint64_t last = bolt_squash_last_ordinal(m->squash, found->file, (int) part);
	bool indexed = found->ordinal < bolt_layer_files_count(m->parts[part].files); /* not when the index was full by then */
	return indexed && last != UINT64_MAX && found->ordinal != last;
}

/* What the image says it is when layer `at` is the top one. */
static struct bolt_os os_at(const struct merge *m, int at)
{
	struct bolt_os os = { .id = NULL };
	unsigned best = 0;

	for (size_t i = 0; i < m->parts_len; i++) {
		const struct bolt_sink *sink = m->parts[i].sink;

		for (size_t k = 0; k < sink->os_len; k++) {
			const struct bolt_os_candidate *c = &sink->os[k];
			bool there = !m->layered || ((int) i <= at && ends(m, c->os.location, i) > at);

			if (there && c->rank >= best) {
				best = c->rank;
				os = c->os;
			}
		}
	}
	return os;
}

static struct bolt_package package_of(const struct bolt_found *found)
{
	return (struct bolt_package){ .type = found->type,
				      .name = found->name,
				      .version = found->version,
				      .arch = found->arch,
				      .source_name = found->source_name,
				      .source_version = found->source_version,
				      .modularity = found->modularity,
				      .cataloger = found->cataloger };
}

static int compare_occurrences(const void *left, const void *right)
{
	const struct occurrence *a = left, *b = right;
	int r = strcmp(a->purl, b->purl);

	if (r == 0)
		r = strcmp(a->found->location, b->found->location);
	if (r == 0)
		r = (a->start > b->start) - (a->start < b->start);
	return r ? r : (a->end < b->end) - (a->end > b->end);
}

static int collect(struct merge *m, struct bolt_err *err)
{
	size_t total = 0;

	for (size_t i = 0; i < m->parts_len; i++)
		total += m->parts[i].sink->found_len;
	m->occurrences = calloc(total + 1, sizeof(*m->occurrences));
	if (!m->occurrences)
		return -ENOMEM;
	for (size_t i = 0; i < m->parts_len; i++) {
		const struct bolt_sink *sink = m->parts[i].sink;
		const char *last_file = NULL;
		int last_end = 0;

		for (size_t k = 0; k < sink->found_len; k++) {
			const struct bolt_found *found = &sink->found[k];
			struct bolt_package package = package_of(found);

			if (is_superseded(m, found, i))
				continue;
			if (found->file != last_file)
				last_end = ends(m, found->file, i);
			last_file = found->file;
			const char *purl = bolt_purl_make(m->report->arena, &package, &m->report->os);
			if (!purl)
				return bolt_err_set(err, -ENOMEM, "too many packages for the memory limit");
			m->occurrences[m->len++] = (struct occurrence){ found, purl, m->layered ? (int) i : -1, last_end };
		}
	}
	if (m->len > 0)
		qsort(m->occurrences, m->len, sizeof(*m->occurrences), compare_occurrences);
	return 0;
}

static int compare_owners_of_licenses(const struct bolt_license_of *a, const struct bolt_license_of *b)
{
	int r = strcmp(a->type, b->type);

	return r ? r : strcmp(a->name, b->name);
}

static int compare_licenses(const void *left, const void *right)
{
	const struct bolt_license_of *a = *(const struct bolt_license_of *const *) left,
				     *b = *(const struct bolt_license_of *const *) right;
	int r = compare_owners_of_licenses(a, b);

	return r ? r : strcmp(a->license, b->license);
}

static int collect_licenses(struct merge *m)
{
	size_t total = 0;

	for (size_t i = 0; i < m->parts_len; i++)
		total += m->parts[i].sink->licenses_len;
	m->licenses = calloc(total + 1, sizeof(const struct bolt_license_of *));
	if (!m->licenses)
		return -ENOMEM;
	for (size_t i = 0; i < m->parts_len; i++) {
		for (size_t k = 0; k < m->parts[i].sink->licenses_len; k++)
			m->licenses[m->licenses_len++] = &m->parts[i].sink->licenses[k];
	}
	if (m->licenses_len > 0)
		qsort(m->licenses, m->licenses_len, sizeof(const struct bolt_license_of *), compare_licenses);
	return 0;
}

/* A package with more than the bound of licences is an attack on whoever sorts them. */
static int add_license(struct merge *m, struct bolt_package *package, const char *license)
{
	if (package->licenses.len >= BOLT_LICENSES_MAX) {
		m->cut = m->cut ? m->cut : package->purl; /* the first in order are kept */
		return 0;
	}
	return bolt_texts_add(&package->licenses, m->report->arena, license);
}

static int add_licenses(struct merge *m, struct bolt_package *package)
{
	const struct bolt_license_of key = { package->type, package->name, NULL };
	size_t low = 0, high = m->licenses_len;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (compare_owners_of_licenses(m->licenses[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	const char *last = NULL; /* equal ones stand together */
	for (; low < m->licenses_len && compare_owners_of_licenses(m->licenses[low], &key) == 0; low++) {
		if (last && strcmp(last, m->licenses[low]->license) == 0)
			continue;
		last = m->licenses[low]->license;
		if (add_license(m, package, last) < 0)
			return -ENOMEM;
		if (m->cut == package->purl)
			break;
	}
	return 0;
}

/* The last stretch of layers in which one location holds the package: a rewritten database starts exactly where the old one ends.
 */
struct chain {
	size_t from, to; /* of the location's occurrences, all of them */
	int start, end;
};

static struct chain last_chain(const struct merge *m, size_t from, size_t limit)
{
	const struct occurrence *first = &m->occurrences[from];
	struct chain chain = { from, from, first->start, first->end };

	for (; chain.to < limit && strcmp(m->occurrences[chain.to].found->location, first->found->location) == 0; chain.to++) {
		const struct occurrence *o = &m->occurrences[chain.to];

		if (o->start > chain.end)
			chain.start = o->start;
		if (o->end > chain.end || o->start > chain.end)
			chain.end = o->end;
	}
	return chain;
}

/* What the records of the chain's last stretch say of licences, and where. */
static int add_location(struct merge *m, struct bolt_package *package, const struct chain *chain)
{
	if (bolt_texts_add(&package->locations, m->report->arena, m->occurrences[chain->from].found->location) < 0)
		return -ENOMEM;
	for (size_t i = chain->from; i < chain->to; i++) {
		const struct bolt_found *found = m->occurrences[i].found;

		for (size_t k = 0; m->occurrences[i].end == chain->end && k < found->licenses.len; k++) {
			if (add_license(m, package, found->licenses.items[k]) < 0)
				return -ENOMEM;
		}
	}
	return 0;
}

/* The records [from, to) are those of one package. It is there while one location holds it in the finished image; otherwise it went
 * with the location that held it longest. The layer that brought it is the lowest of the locations that count. */
static int add_package(struct merge *m, size_t from, size_t to)
{
	struct bolt_report *report = m->report;
	struct bolt_package package = package_of(m->occurrences[from].found);
	int end = INT_MIN;

	for (size_t i = from; i < to;) {
		struct chain chain = last_chain(m, i, to);

		end = chain.end > end ? chain.end : end;
		i = chain.to;
	}
	package.purl = m->occurrences[from].purl;
	package.layer = INT_MAX;
	package.removed_layer = end == BOLT_SQUASH_STAYS ? -1 : end;
	for (size_t i = from; i < to;) {
		struct chain chain = last_chain(m, i, to);

		i = chain.to;
		if (chain.end != end)
			continue;
		package.layer = chain.start < package.layer ? chain.start : package.layer;
		if (add_location(m, &package, &chain) < 0)
			return -ENOMEM;
	}
	if (add_licenses(m, &package) < 0)
		return -ENOMEM;
	if (end == BOLT_SQUASH_STAYS) {
		report->packages[report->packages_len++] = package;
		return 0;
	}
	/* Named after the system it was part of, which a later layer may have upgraded. */
	struct bolt_os os = os_at(m, end - 1);
	package.purl = bolt_purl_make(report->arena, &package, &os);
	report->removed_packages[report->removed_packages_len++] = package;
	return package.purl ? 0 : -ENOMEM;
}

static int add_packages(struct merge *m)
{
	m->report->packages = bolt_arena_alloc(m->report->arena, (m->len + 1) * sizeof(struct bolt_package));
	m->report->removed_packages = bolt_arena_alloc(m->report->arena, (m->len + 1) * sizeof(struct bolt_package));
	if (!m->report->packages || !m->report->removed_packages)
		return -ENOMEM;

	for (size_t from = 0, to = 0; from < m->len; from = to) {
		while (to < m->len && strcmp(m->occurrences[to].purl, m->occurrences[from].purl) == 0)
			to++;
		int r = add_package(m, from, to);
		if (r < 0)
			return r;
	}
	return 0;
}

static int warn_of_licenses(const struct merge *m)
{
	char *text = bolt_arena_printf(
		m->report->arena,
		"%s, and maybe others, name more than the bound of %u licences: the rest is left out (" BOLT_BOUND_HINT ")", m->cut,
		BOLT_LICENSES_MAX);

	return text ? bolt_report_warn(m->report, "limit-licenses", NULL, -1, text) : -ENOMEM;
}

static int add_warnings(struct merge *m)
{
	if (m->cut && warn_of_licenses(m) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < m->parts_len; i++) {
		const struct bolt_sink *sink = m->parts[i].sink;

		for (size_t k = 0; k < sink->warnings_len; k++) {
			const struct bolt_warning *w = &sink->warnings[k];
			int r = bolt_report_warn(m->report, w->code, w->path, m->layered ? (int) i : -1, w->message);

			if (r < 0)
				return r;
		}
		if (sink->warnings_dropped > 0 || sink->owned_dropped > 0) {
			char *text = bolt_arena_printf(m->report->arena,
						       "%zu more warnings and %llu file owners were left out (bounds of one layer)",
						       sink->warnings_dropped, (unsigned long long) sink->owned_dropped);
			int r = text ? bolt_report_warn(m->report, "limit-warnings", NULL, m->layered ? (int) i : -1, text)
				     : -ENOMEM;
			if (r < 0)
				return r;
		}
	}
	return 0;
}

int bolt_merge(struct bolt_report *report, struct bolt_part *parts, size_t parts_len, bool layered, struct bolt_err *err)
{
	struct merge m = { .report = report, .parts = parts, .parts_len = parts_len, .layered = layered };
	int r = 0;

	for (size_t i = 0; i < parts_len; i++)
		bolt_arena_adopt(report->arena, BOLT_TAKE(parts[i].sink->arena));
	m.squash = bolt_squash_new();
	m.links = bolt_lower_links_new();
	if (!m.squash || !m.links)
		r = -ENOMEM;
	if (r == 0 && layered)
		r = watch_all(&m);
	if (r == 0) {
		report->os = os_at(&m, (int) parts_len - 1);
		r = collect(&m, err);
	}
	if (r == 0)
		r = collect_licenses(&m);
	if (r == 0)
		r = add_packages(&m);
	if (r == 0)
		r = add_warnings(&m);
	if (r == 0 && layered)
		r = bolt_lower_links_warn(m.links, report, parts, parts_len);
	if (r == 0)
		r = bolt_distribution_owners_fill(report, parts, parts_len);
	if (r == 0)
		r = bolt_coverage_check(report);
	free(m.occurrences);
	free(m.licenses);
	bolt_squash_free(m.squash);
	bolt_lower_links_free(m.links);
	if (r < 0)
		return bolt_err_set(err, r, "%s", bolt_err_text(err, r));
	bolt_report_sort(report);
	return 0;
}
