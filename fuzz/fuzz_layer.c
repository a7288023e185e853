/* A layer blob of any bytes: every compression, tar, every cataloger. Aborts when bolt_layer_scan breaks its promises. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "inventory/cataloger.h"
#include "inventory/sink_private.h"
#include "oci/tar.h"
#include "scan/layer_scan.h"
#include "tar_repair.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* The index can be walked, and holds what a path can be. */
static void check_files(const struct bolt_layer_files *files)
{
	struct bolt_file_cursor cursor;
	struct bolt_file_record record;
	uint64_t count = 0;

	bolt_file_first(files, &cursor);
	while (bolt_file_next(&cursor, &record)) {
		if (record.path_len > 4096 || record.path[record.path_len] || record.path[0] == '/' || cursor.ordinal != count++)
			abort();
	}
	if (count != bolt_layer_files_count(files))
		abort();
}

/* A header of 512 bytes can stand for gibibytes of zeros, which are hashed: true is no slow input but a wanted one. */
static bool has_large_holes(const uint8_t *bytes, size_t n)
{
	struct bolt_reader *source = bolt_reader_memory(bytes, n, 0);
	struct bolt_tar *tar = source ? bolt_tar_new(source) : NULL;
	struct bolt_tar_entry entry;
	bool large = false;

	while (tar && !large && bolt_tar_next(tar, &entry, NULL) > 0)
		large = entry.size > (4 << 20);
	bolt_tar_free(tar);
	bolt_reader_close(source);
	return large;
}

static void check_result(const struct bolt_layer_result *result, size_t n, size_t budget_left, size_t budget)
{
	if (result->size_bytes != n || result->digest.algorithm != BOLT_DIGEST_SHA256)
		abort();
	if (!result->damage != (result->diff_id.algorithm != BOLT_DIGEST_NONE) || (result->damage && !result->damage_text.msg[0]))
		abort();
	if (budget_left > budget)
		abort();
	check_files(result->part.files);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const size_t room = 1 << 20;
	struct bolt_budget budget = { room };
	struct bolt_progress progress = { 0 };
	struct bolt_scan_context context = { .budget = &budget,
					     .progress = &progress,
					     .where_mask = BOLT_CATALOG_INSTALLED | BOLT_CATALOG_DECLARED,
					     .strict = n % 5 == 0 };
	struct bolt_layer_result result;
	struct bolt_err err = { .msg = "" };
	uint8_t *copy = tar_repaired(bytes, n);
	struct bolt_reader *blob = copy && !has_large_holes(copy, n) ? bolt_reader_memory(copy, n, 4096) : NULL;

	if (!blob) {
		free(copy);
		return 0;
	}
	int r = bolt_layer_scan(&context, blob, BOLT_DIGEST_SHA256, BOLT_DIGEST_SHA256, &result, &err);
	if (r == 0) {
		check_result(&result, n, budget.left, room);
		bolt_layer_result_done(&result);
	} else if (r != -ENOMEM && (r != -EBADMSG || !context.strict)) {
		abort();
	}
	if (budget.left != room)
		abort();
	bolt_reader_close(blob);
	free(copy);
	return 0;
}
