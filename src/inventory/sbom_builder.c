#include "inventory/sbom_builder.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/digest.h"
#include "core/grow.h"
#include "core/text.h"
#include "inventory/limits.h"
#include "inventory/sbom_facts.h"
#include "model/purl.h"

void bolt_sbom_builder_done(struct bolt_sbom_builder *builder)
{
	free(builder->packages);
	free(builder->tags.items);
	free(builder->removed.items);
	free(builder->warnings);
}

void bolt_sbom_entry_reset(struct bolt_sbom_entry *entry)
{
	struct bolt_sbom_entry fresh = { .locations = entry->locations,
					 .licenses = entry->licenses,
					 .exact_licenses = entry->exact_licenses };

	fresh.locations.len = fresh.licenses.len = fresh.exact_licenses.len = 0;
	fresh.facts.layer = fresh.facts.removed_layer = -1;
	*entry = fresh;
}

void bolt_sbom_entry_done(struct bolt_sbom_entry *entry)
{
	free(entry->locations.items);
	free(entry->licenses.items);
	free(entry->exact_licenses.items);
}

int bolt_sbom_keep(struct bolt_sbom_builder *builder, const char *text, const char **ret_text)
{
	const char *kept = bolt_arena_strdup(builder->report->arena, text);

	if (!kept)
		return -ENOMEM;
	*ret_text = kept;
	return 0;
}

int bolt_sbom_list_add(struct bolt_sbom_builder *builder, struct bolt_text_list *list, const char *text)
{
	int r = bolt_grow(&list->items, list->len, &list->room, sizeof(*list->items));

	if (r == 0)
		r = bolt_sbom_keep(builder, text, &list->items[list->len]);
	list->len += r == 0;
	return r;
}

static int compare_texts(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return strcmp(*a, *b);
}

/* Sorted at once: adding one by one in a stranger's order would be quadratic. */
static int texts_of(struct bolt_sbom_builder *builder, const struct bolt_text_list *list, struct bolt_texts *ret_texts)
{
	struct bolt_texts texts = { 0 };

	if (list->len == 0)
		return 0;
	/* bolt_texts_add takes a power of two for full, so room for the next one is left. */
	size_t room = 1;
	while (room < list->len)
		room *= 2;
	texts.items = bolt_arena_alloc(builder->report->arena, room * sizeof(*texts.items));
	if (!texts.items)
		return -ENOMEM;
	qsort(list->items, list->len, sizeof(*list->items), compare_texts);
	for (size_t i = 0; i < list->len; i++) {
		if (texts.len == 0 || strcmp(texts.items[texts.len - 1], list->items[i]) != 0)
			texts.items[texts.len++] = list->items[i];
	}
	*ret_texts = texts;
	return 0;
}

int bolt_sbom_layer(struct bolt_sbom_builder *builder, size_t index, struct bolt_layer **ret_layer)
{
	struct bolt_subject *subject = &builder->report->subject;

	if (index >= BOLT_SBOM_LAYERS_MAX)
		return -E2BIG;
	if (index >= builder->layers_room) {
		size_t room = builder->layers_room ? builder->layers_room : 16;

		while (room <= index)
			room *= 2;
		struct bolt_layer *layers = bolt_arena_alloc(builder->report->arena, room * sizeof(*layers));
		if (!layers)
			return -ENOMEM;
		if (subject->layers_len > 0)
			memcpy(layers, subject->layers, subject->layers_len * sizeof(*layers));
		subject->layers = layers;
		builder->layers_room = room;
	}
	if (index >= subject->layers_len)
		subject->layers_len = index + 1;
	*ret_layer = &subject->layers[index];
	return 0;
}

int bolt_sbom_warning(struct bolt_sbom_builder *builder, size_t index, struct bolt_warning **ret_warning)
{
	while (index >= builder->warnings_len) {
		int r = bolt_grow(&builder->warnings, builder->warnings_len, &builder->warnings_room, sizeof(*builder->warnings));

		if (r < 0)
			return r;
		builder->warnings[builder->warnings_len++] = (struct bolt_warning){ .layer = -1 };
	}
	*ret_warning = &builder->warnings[index];
	return 0;
}

static void count_unusable(struct bolt_sbom_builder *builder, const struct bolt_sbom_entry *entry)
{
	size_t used = strlen(builder->unusable_names);

	/* The first few by name: enough to see what kind of entries they are. */
	if (builder->unusable++ < 5 && entry->name && used < sizeof(builder->unusable_names) - 48)
		(void) snprintf(builder->unusable_names + used, sizeof(builder->unusable_names) - used, "%s%.40s", used ? ", " : "",
				entry->name);
}

/* "[EPOCH:]VERSION[-RELEASE]" from the parts. */
static int join_source_version(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry)
{
	const char *epoch = entry->source_epoch, *release = entry->source_release;

	if (!entry->facts.source_version || (!epoch && !release))
		return 0;
	bool has_epoch = epoch && *epoch && strcmp(epoch, "0") != 0;
	entry->facts.source_version = bolt_arena_printf(builder->report->arena, "%s%s%s%s%s", has_epoch ? epoch : "",
							has_epoch ? ":" : "", entry->facts.source_version, release ? "-" : "",
							release ? release : "");
	return entry->facts.source_version ? 0 : -ENOMEM;
}

static void apply_source(const struct bolt_sbom_builder *builder, const struct bolt_package *facts, struct bolt_package *package)
{
	const char *name = facts->source_name && *facts->source_name ? facts->source_name : NULL;
	bool same = name && package->source_name && strcmp(name, package->source_name) == 0;

	/* Others say the source's version only where it differs. */
	if (builder->ours || facts->source_version)
		package->source_version = name ? facts->source_version : NULL;
	else if (!same)
		package->source_version = package->version;
	package->source_name = name;
}

/* The document's facts over what the purl says. In our own documents a missing fact means that there is none. */
static void apply_facts(const struct bolt_sbom_builder *builder, const struct bolt_sbom_entry *entry, struct bolt_package *package)
{
	const struct bolt_package *facts = &entry->facts;

	if (builder->ours || (facts->source_name && *facts->source_name))
		apply_source(builder, facts, package);
	if (builder->ours || facts->arch)
		package->arch = facts->arch;
	if (builder->ours || facts->modularity)
		package->modularity = facts->modularity;
	package->cataloger = facts->cataloger;
	package->owner = facts->owner;
	package->layer = facts->layer;
	package->removed_layer = facts->removed_layer;

	/* Some types' purls are lower-case; the document may still know the name as it is written. */
	if (entry->name && *entry->name && (builder->ours || strcasecmp(entry->name, package->name) == 0))
		package->name = entry->name;
	if (entry->version && (builder->ours || !*package->version))
		package->version = entry->version;
}

int bolt_sbom_add(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry, struct bolt_err *err)
{
	struct bolt_package package;
	struct bolt_os os;
	struct bolt_err why;

	int r = entry->purl ? bolt_purl_parse(builder->report->arena, entry->purl, &package, &os, &why) : -EINVAL;
	if (r == -EINVAL) {
		count_unusable(builder, entry);
		return 0;
	}
	if (r == 0)
		r = join_source_version(builder, entry);
	if (r < 0)
		return r;
	apply_facts(builder, entry, &package);
	if (builder->packages_len >= BOLT_PACKAGES_MAX)
		return bolt_err_set(err, -E2BIG, "more than the bound of %u packages", BOLT_PACKAGES_MAX);
	r = texts_of(builder, &entry->locations, &package.locations);
	if (r == 0)
		r = texts_of(builder, entry->exact_licenses.len ? &entry->exact_licenses : &entry->licenses, &package.licenses);
	if (r == 0)
		r = bolt_grow(&builder->packages, builder->packages_len, &builder->packages_room, sizeof(*builder->packages));
	if (r < 0)
		return r;
	builder->packages[builder->packages_len++] = (struct bolt_sbom_package){ package, entry->layer_diff_id };
	if (!builder->purl_os.id && os.id)
		builder->purl_os = os;
	return 0;
}

static int warn(struct bolt_sbom_builder *builder, const char *code, const char *message)
{
	struct bolt_warning *warning;
	int r = message ? bolt_sbom_warning(builder, builder->warnings_len, &warning) : -ENOMEM;

	if (r == 0)
		*warning = (struct bolt_warning){ .code = code, .message = message, .layer = -1 };
	return r;
}

struct diff_index {
	const char *diff_id;
	size_t layer;
};

static int compare_diff_indexes(const void *left, const void *right)
{
	const struct diff_index *a = left, *b = right;

	return strcmp(a->diff_id, b->diff_id);
}

static int compare_by_diff_id(const void *left, const void *right)
{
	const struct bolt_sbom_package *const *a = left, *const *b = right;

	return strcmp((*a)->layer_diff_id, (*b)->layer_diff_id);
}

/* Packages that name their layer by diff ID alone get its index; layers nobody listed are added at the end. */
static int index_layers(struct bolt_sbom_builder *builder, struct bolt_sbom_package **pending, size_t pending_len,
			struct diff_index *known, size_t known_len)
{
	size_t added = 0;
	int r = 0;

	qsort(pending, pending_len, sizeof(*pending), compare_by_diff_id);
	for (size_t i = 0; i < pending_len; i++) {
		struct diff_index want = { .diff_id = pending[i]->layer_diff_id }, *found;
		struct bolt_layer *layer;

		if (i > 0 && strcmp(want.diff_id, pending[i - 1]->layer_diff_id) == 0) {
			pending[i]->package.layer = pending[i - 1]->package.layer;
			continue;
		}
		found = bsearch(&want, known, known_len, sizeof(*known), compare_diff_indexes);
		size_t index = found ? found->layer : builder->report->subject.layers_len;
		if (!found) {
			r = bolt_sbom_layer(builder, index, &layer);
			if (r < 0)
				return r;
			layer->diff_id = want.diff_id;
			added++;
		}
		pending[i]->package.layer = (int) index;
	}
	if (added > 0 && builder->report->subject.layers_len > 1)
		r = warn(builder, "sbom-layer-order",
			 bolt_arena_printf(builder->report->arena,
					   "layers that only packages name: %zu; which lies above which is not known", added));
	return r;
}

static int resolve_layers(struct bolt_sbom_builder *builder)
{
	struct bolt_subject *subject = &builder->report->subject;
	struct bolt_sbom_package **pending = calloc(builder->packages_len + 1, sizeof(struct bolt_sbom_package *));
	struct diff_index *known = calloc(subject->layers_len + 1, sizeof(*known));
	size_t pending_len = 0, known_len = 0;
	int r = pending && known ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < subject->layers_len; i++) {
		if (subject->layers[i].diff_id)
			known[known_len++] = (struct diff_index){ subject->layers[i].diff_id, i };
	}
	if (r == 0)
		qsort(known, known_len, sizeof(*known), compare_diff_indexes);
	for (size_t i = 0; r == 0 && i < builder->packages_len; i++) {
		struct bolt_package *package = &builder->packages[i].package;

		if (package->layer >= (int) subject->layers_len)
			package->layer = -1;
		if (package->removed_layer >= (int) subject->layers_len)
			package->removed_layer = -1;
		if (package->layer < 0 && builder->packages[i].layer_diff_id)
			pending[pending_len++] = &builder->packages[i];
	}
	if (r == 0)
		r = index_layers(builder, pending, pending_len, known, known_len);
	free(pending);
	free(known);
	return r;
}

static int move_packages(struct bolt_sbom_builder *builder)
{
	struct bolt_report *report = builder->report;
	size_t removed = 0;

	for (size_t i = 0; i < builder->packages_len; i++)
		removed += builder->packages[i].package.removed_layer >= 0;
	report->packages = bolt_arena_alloc(report->arena, (builder->packages_len - removed) * sizeof(*report->packages));
	report->removed_packages = bolt_arena_alloc(report->arena, removed * sizeof(*report->removed_packages));
	if (!report->packages || !report->removed_packages)
		return -ENOMEM;
	for (size_t i = 0; i < builder->packages_len; i++) {
		const struct bolt_package *package = &builder->packages[i].package;

		if (package->removed_layer >= 0)
			report->removed_packages[report->removed_packages_len++] = *package;
		else
			report->packages[report->packages_len++] = *package;
	}
	return 0;
}

static int move_warnings(struct bolt_sbom_builder *builder)
{
	struct bolt_report *report = builder->report;

	report->warnings = bolt_arena_alloc(report->arena, builder->warnings_len * sizeof(*report->warnings));
	if (!report->warnings)
		return -ENOMEM;
	report->warnings_room = builder->warnings_len;
	for (size_t i = 0; i < builder->warnings_len; i++) {
		/* A document may skip numbers: nothing was said there. */
		if (builder->warnings[i].code && *builder->warnings[i].code && builder->warnings[i].message)
			report->warnings[report->warnings_len++] = builder->warnings[i];
	}
	return 0;
}

static void drop_bad_digest(const char **digest)
{
	struct bolt_digest parsed;

	if (*digest && bolt_digest_parse(*digest, &parsed, NULL) < 0)
		*digest = NULL;
}

/* Digests join what was scanned with what runs: what merely looks like one must not pass for one. */
static void drop_bad_digests(struct bolt_subject *subject)
{
	drop_bad_digest(&subject->digest);
	drop_bad_digest(&subject->image_id);
	for (size_t i = 0; i < subject->layers_len; i++) {
		drop_bad_digest(&subject->layers[i].digest);
		drop_bad_digest(&subject->layers[i].diff_id);
	}
}

int bolt_sbom_finish(struct bolt_sbom_builder *builder, struct bolt_err *err)
{
	struct bolt_report *report = builder->report;
	int r = bolt_fact_take_removed(builder, err);

	if (r == -E2BIG)
		return r;
	if (r == 0)
		r = resolve_layers(builder);
	if (r == -E2BIG)
		return bolt_err_set(err, r, "more than the bound of %u layers", BOLT_SBOM_LAYERS_MAX);
	if (r == 0)
		r = texts_of(builder, &builder->tags, &report->subject.tags);
	if (r == 0 && builder->unusable > 0) {
		bolt_text_clean(builder->unusable_names);
		r = warn(builder, "sbom-without-identity",
			 bolt_arena_printf(report->arena, "components left out, having no package URL that can be read: %zu%s%s%s",
					   builder->unusable, *builder->unusable_names ? " (" : "", builder->unusable_names,
					   *builder->unusable_names ? ")" : ""));
	}
	if (r == 0)
		r = move_packages(builder);
	if (r == 0)
		r = move_warnings(builder);
	if (r < 0)
		return bolt_err_set(err, r, "out of memory for %zu packages", builder->packages_len);

	report->subject.kind = "sbom";
	drop_bad_digests(&report->subject);
	if (!report->os.id || !*report->os.id)
		report->os = builder->purl_os;
	else if (!report->os.name)
		report->os.name = report->os.id;
	bolt_report_sort(report);
	return 0;
}
