#include "scan/image_scan.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oci/hashing.h"
#include "scan/limits.h"
#include "scan/threads.h"

void bolt_image_scan_done(struct bolt_image_scan *scan)
{
	for (size_t i = 0; i < scan->results_len; i++)
		bolt_layer_result_done(&scan->results[i]);
	free(scan->results);
	free(scan->parts);
	memset(scan, 0, sizeof(*scan));
}

static const char *layer_label(char *buf, size_t len, const struct bolt_plan *plan, size_t index)
{
	char text[BOLT_DIGEST_TEXT];
	const struct bolt_digest *digest = &plan->layers[index].digest;

	(void) snprintf(buf, len, "layer %zu of %zu (%s)", index + 1, plan->layers_len,
			digest->algorithm ? bolt_digest_text(digest, text) : plan->layers[index].name);
	return buf;
}

int bolt_layer_judge(const struct bolt_scan_context *context, struct bolt_report *report, const struct bolt_plan *plan,
		     size_t index, const struct bolt_layer_result *result, struct bolt_err *err)
{
	const struct bolt_plan_layer *want = &plan->layers[index];
	char label[256], what[512];

	layer_label(label, sizeof(label), plan, index);
	if (want->digest.algorithm && !bolt_digest_equal(&want->digest, &result->digest)) {
		(void) snprintf(what, sizeof(what), "%s: the blob (%llu bytes)", label, (unsigned long long) result->size_bytes);
		return bolt_digest_mismatch(err, what, &want->digest, &result->digest);
	}
	if (!result->damage && !bolt_digest_equal(&want->diff_id, &result->diff_id)) {
		(void) snprintf(what, sizeof(what), "%s: its content (diff ID)", label);
		return bolt_digest_mismatch(err, what, &want->diff_id, &result->diff_id);
	}
	if (!result->damage)
		return 0;
	/* Without a digest to hold the stored bytes against, damage cannot be told from tampering. */
	if (context->strict || !want->digest.algorithm)
		return bolt_err_set(err, -EBADMSG, "%s: %s", label, bolt_err_text(&result->damage_text, result->damage));
	(void) snprintf(what, sizeof(what), "%s is damaged: %s; what follows the damage is not in this report", label,
			bolt_err_text(&result->damage_text, result->damage));
	return bolt_report_warn(report, "layer-damaged", NULL, (int) index, what);
}

/* Layers are taken largest first, so that the last one at work is a small one. */
struct crew {
	const struct bolt_scan_context *context;
	struct bolt_report *report;
	struct bolt_blobs *blobs;
	struct bolt_image_scan *scan;
	size_t *order; /* of the layers, each blob once */
	size_t order_len;
	pthread_mutex_t lock; /* next, failed, err, report */
	size_t next;
	int failed;
	struct bolt_err err;
};

static int scan_one(struct crew *crew, size_t index, struct bolt_err *err)
{
	const struct bolt_plan_layer *layer = &crew->scan->plan.layers[index];
	struct bolt_layer_result result;
	char label[256];
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *blob = NULL;
	enum bolt_digest_algorithm diff_algorithm = layer->diff_id.algorithm;
	enum bolt_digest_algorithm algorithm = layer->digest.algorithm ? layer->digest.algorithm : diff_algorithm;

	layer_label(label, sizeof(label), &crew->scan->plan, index);
	int r = crew->blobs->open(crew->blobs, layer->name, layer->size, &blob, err);
	BOLT_CLEANUP(bolt_reader_closep)
	struct bolt_reader *counted = r == 0 ? bolt_reader_counting(blob, &crew->context->progress->bytes_done) : NULL;
	if (r == 0)
		r = counted ? bolt_layer_scan(crew->context, counted, algorithm, diff_algorithm, &result, err) : -ENOMEM;
	if (r < 0)
		return bolt_err_wrap(err, r, "%s", label);
	bolt_progress_add(&crew->context->progress->layers_done, 1);
	crew->scan->results[index] = result;
	pthread_mutex_lock(&crew->lock);
	r = bolt_layer_judge(crew->context, crew->report, &crew->scan->plan, index, &result, err);
	pthread_mutex_unlock(&crew->lock);
	return r;
}

static void *work(void *context)
{
	struct crew *crew = context;

	for (;;) {
		struct bolt_err err = { .msg = "" };

		pthread_mutex_lock(&crew->lock);
		size_t at = crew->failed ? SIZE_MAX : crew->next++;
		pthread_mutex_unlock(&crew->lock);
		if (at >= crew->order_len)
			return NULL;
		int r = scan_one(crew, crew->order[at], &err);
		pthread_mutex_lock(&crew->lock);
		if (r < 0 && !crew->failed) {
			crew->failed = r;
			crew->err = err;
		}
		pthread_mutex_unlock(&crew->lock);
	}
}

static int compare_sizes(const void *left, const void *right, void *context)
{
	const struct bolt_plan_layer *layers = context;
	size_t a = *(const size_t *) left, b = *(const size_t *) right;

	if (layers[a].size != layers[b].size)
		return layers[a].size < layers[b].size ? 1 : -1;
	return a < b ? -1 : a > b;
}

/* The first layer of the same bytes: an image may list one blob many times. */
static size_t first_like(const struct bolt_plan *plan, size_t index)
{
	const struct bolt_plan_layer *want = &plan->layers[index];

	for (size_t i = 0; i < index; i++) {
		const struct bolt_plan_layer *have = &plan->layers[i];

		if (bolt_digest_equal(&have->digest, &want->digest) && bolt_digest_equal(&have->diff_id, &want->diff_id) &&
		    strcmp(have->name, want->name) == 0)
			return i;
	}
	return index;
}

static int share_results(struct crew *crew, struct bolt_err *err)
{
	struct bolt_image_scan *scan = crew->scan;
	int r = 0;

	for (size_t i = 0; r == 0 && i < scan->plan.layers_len; i++) {
		size_t first = first_like(&scan->plan, i);

		if (first == i)
			continue;
		scan->results[i] = scan->results[first];
		scan->results[i].shared = true;
		r = bolt_layer_judge(crew->context, crew->report, &scan->plan, i, &scan->results[i], err);
	}
	return r;
}

static int run_crew(struct crew *crew, struct bolt_err *err)
{
	struct bolt_plan *plan = &crew->scan->plan;

	crew->order = calloc(plan->layers_len + 1, sizeof(*crew->order));
	if (!crew->order)
		return -ENOMEM;
	for (size_t i = 0; i < plan->layers_len; i++) {
		if (first_like(plan, i) != i)
			continue;
		crew->order[crew->order_len++] = i;
		crew->context->progress->bytes_total += plan->layers[i].size;
	}
	qsort_r(crew->order, crew->order_len, sizeof(*crew->order), compare_sizes, plan->layers);
	crew->context->progress->layers_total = crew->order_len;
	pthread_mutex_init(&crew->lock, NULL);
	bolt_threads_run(work, crew, crew->order_len);
	pthread_mutex_destroy(&crew->lock);
	free(crew->order);
	if (crew->failed)
		return bolt_err_set(err, crew->failed, "%s", bolt_err_text(&crew->err, crew->failed));
	return share_results(crew, err);
}

int bolt_image_scan(const struct bolt_scan_context *context, struct bolt_report *report, struct bolt_blobs *blobs, const char *root,
		    const char *tag, const char *platform, struct bolt_image_scan *ret_scan, struct bolt_err *err)
{
	struct bolt_image_scan scan = { .results = NULL };
	struct crew crew = { .context = context, .report = report, .blobs = blobs, .scan = &scan };
	int r = bolt_plan_make(report->arena, blobs, root, tag, platform, &scan.plan, err);

	if (r < 0)
		return r;
	scan.results = calloc(scan.plan.layers_len + 1, sizeof(*scan.results));
	if (!scan.results)
		return -ENOMEM;
	scan.results_len = scan.plan.layers_len;
	r = context->plan_only ? 0 : run_crew(&crew, err);
	if (r < 0) {
		bolt_image_scan_done(&scan);
		return r;
	}
	*ret_scan = scan;
	return 0;
}

static int fill_layers(struct bolt_report *report, const struct bolt_image_scan *scan)
{
	struct bolt_subject *subject = &report->subject;
	size_t step = 0;

	subject->layers_len = scan->results_len;
	subject->layers = bolt_arena_alloc(report->arena, (scan->results_len + 1) * sizeof(*subject->layers));
	if (!subject->layers)
		return -ENOMEM;
	for (size_t i = 0; i < scan->results_len; i++) {
		const struct bolt_plan_layer *plan = &scan->plan.layers[i];
		const struct bolt_config *config = &scan->plan.config;
		char text[BOLT_DIGEST_TEXT];

		while (step < config->history_len && config->history[step].empty_layer)
			step++;
		subject->layers[i] = (struct bolt_layer){
			.digest = plan->digest.algorithm ? bolt_arena_strdup(report->arena, bolt_digest_text(&plan->digest, text))
							 : NULL,
			.diff_id = bolt_arena_strdup(report->arena, bolt_digest_text(&plan->diff_id, text)),
			.size_bytes = scan->results[i].size_bytes,
			.created_by = step < config->history_len ? config->history[step].created_by : NULL,
		};
		step++;
		if (!subject->layers[i].diff_id)
			return -ENOMEM;
	}
	return 0;
}

int bolt_image_report(struct bolt_report *report, struct bolt_image_scan *scan, struct bolt_err *err)
{
	struct bolt_subject *subject = &report->subject;
	char text[BOLT_DIGEST_TEXT];
	int r = fill_layers(report, scan);

	if (scan->plan.digest.algorithm)
		subject->digest = bolt_arena_strdup(report->arena, bolt_digest_text(&scan->plan.digest, text));
	subject->image_id = bolt_arena_strdup(report->arena, bolt_digest_text(&scan->plan.image_id, text));
	subject->platform = scan->plan.config.platform;
	for (size_t i = 0; r == 0 && i < scan->plan.tags_len; i++)
		r = bolt_texts_add(&subject->tags, report->arena, scan->plan.tags[i]);
	if (r < 0 || scan->results_len == 0 || !scan->results[0].part.sink) /* the last: only the plan was asked for */
		return r;

	scan->parts = calloc(scan->results_len, sizeof(*scan->parts));
	if (!scan->parts)
		return -ENOMEM;
	for (size_t i = 0; i < scan->results_len; i++)
		scan->parts[i] = scan->results[i].part;
	scan->index = (struct bolt_file_index){ scan->parts, scan->results_len, true };
	report->files = &scan->index;
	return bolt_merge(report, scan->parts, scan->results_len, true, err);
}
