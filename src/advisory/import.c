#include "advisory/import.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/import_private.h"

/* Files of no part last. */
static int compare_parts(const void *left, const void *right)
{
	const struct bolt_import_file *a = left, *b = right;

	if (!a->part || !b->part)
		return (b->part != NULL) - (a->part != NULL);
	int order = strcmp(a->part, b->part);
	if (order == 0 && a->input != b->input)
		order = a->input < b->input ? -1 : 1;
	return order != 0 || !a->path || !b->path ? order : strcmp(a->path, b->path);
}

static int note_part(struct bolt_import_work *work, const struct bolt_import_message *message)
{
	size_t index = (size_t) message->number - 1;

	if (message->number == 0 || !message->name[0])
		return 0;
	if (index >= work->files.len || work->files.items[index].part || index >= work->next)
		return -EPROTO;
	work->files.items[index].part = strdup(message->name);
	return work->files.items[index].part ? 0 : -ENOMEM;
}

static bool is_any_unchanged(const struct bolt_import_work *work)
{
	for (size_t i = 0; i < work->inputs_len; i++) {
		if (work->inputs[i].unchanged)
			return true;
	}
	return false;
}

/* All have been looked at: what was named by itself must be something. */
static int settle(struct bolt_import_job *job, struct bolt_import_work *work, struct bolt_err *err)
{
	size_t known = 0;

	for (size_t i = 0; i < work->files.len; i++) {
		const struct bolt_import_file *file = &work->files.items[i];

		known += file->part != NULL;
		if (!file->part && file->named)
			return bolt_err_set(err, -EINVAL, "'%s' is not a file of any feed that is known",
					    bolt_import_file_name(work->inputs, file));
		if (file->part)
			job->progress->bytes_total += file->bytes;
	}
	if (known == 0 && !is_any_unchanged(work))
		return bolt_err_set(err, -ENOENT, "no file of any feed that is known is in '%s'", work->inputs[0].path);
	/* The other process has the files in their first order and knows them by their numbers in it. */
	for (size_t i = 0; i < work->files.len; i++)
		work->files.items[i].number = i;
	qsort(work->files.items, work->files.len, sizeof(*work->files.items), compare_parts);
	work->next = 0;
	work->sorted = true;
	return 0;
}

static int answer(struct bolt_import_job *job, const struct bolt_import_message *message, struct bolt_import_answer *reply, int *fd,
		  struct bolt_err *err)
{
	struct bolt_import_work *work = job->context;
	bool look = message->kind == BOLT_IMPORT_LOOK;
	int r = 0;

	if ((look && work->sorted) || message->kind > BOLT_IMPORT_READ)
		return bolt_err_set(err, -EPERM, "the importing process did not speak as it should");
	if (look)
		r = note_part(work, message);
	else if (!work->sorted)
		r = settle(job, work, err);
	if (r < 0)
		return r == -EPROTO ? bolt_err_set(err, -EPERM, "the importing process did not speak as it should") : r;
	while (look && work->next < work->files.len && work->files.items[work->next].part)
		work->next++; /* nothing to find out */
	if (work->next == work->files.len || (!look && !work->files.items[work->next].part))
		return 0;
	struct bolt_import_file *file = &work->files.items[work->next++];
	reply->number = 1 + (look ? work->next - 1 : file->number);
	(void) snprintf(reply->part, sizeof(reply->part), "%s", file->part ? file->part : "");
	r = bolt_import_files_open(work->inputs, file, fd, &reply->err);
	reply->status = r < 0 ? r : 1;
	return 0;
}

static void count_files(const struct bolt_import_work *work, struct bolt_import_result *result)
{
	for (size_t i = 0; i < work->files.len; i++) {
		result->files += work->files.items[i].part != NULL;
		result->passed_over += work->files.items[i].part == NULL;
	}
}

int bolt_import_inputs(const struct bolt_import_options *options, const struct bolt_import_input *inputs, size_t inputs_len,
		       struct bolt_import_result *ret_result, struct bolt_err *err)
{
	struct bolt_import_work work = { .inputs = inputs, .inputs_len = inputs_len };
	struct bolt_import_job job = { .options = options, .answer = answer, .work = bolt_import_feeds, .context = &work };
	int r = bolt_import_files_find(inputs, inputs_len, &work.files, err);

	if (r == 0 && work.files.len == 0 && !is_any_unchanged(&work))
		r = bolt_err_set(err, -ENOENT, "nothing to import");
	if (r == 0)
		r = bolt_import_run(&job, ret_result, err);
	if (r == 0)
		count_files(&work, ret_result);
	bolt_import_files_done(&work.files);
	return r;
}

int bolt_import(const struct bolt_import_options *options, const char *const *paths, size_t paths_len,
		struct bolt_import_result *ret_result, struct bolt_err *err)
{
	struct bolt_import_input *inputs = calloc(paths_len + 1, sizeof(*inputs));

	if (!inputs)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	for (size_t i = 0; i < paths_len; i++)
		inputs[i] = (struct bolt_import_input){ .path = paths[i], .fd = -1 };
	int r = bolt_import_inputs(options, inputs, paths_len, ret_result, err);
	free(inputs);
	return r;
}
