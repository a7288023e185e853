#include "scan/layer_scan.h"

#include <errno.h>
#include <string.h>

#include "core/pump.h"
#include "core/text.h"
#include "inventory/match.h"
#include "oci/hashing.h"
#include "oci/inflate.h"
#include "oci/limits.h"
#include "oci/tar.h"
#include "scan/expansion.h"
#include "scan/file_scan.h"
#include "scan/index_record.h"
#include "scan/layer_links.h"
#include "scan/limits.h"
#include "scan/linked_record.h"

struct walk {
	const struct bolt_scan_context *context;
	struct bolt_file_scan files;
	struct bolt_layer_result *result;
	struct bolt_tar *tar;
	enum bolt_digest_algorithm algorithm; /* of the digest */
	uint64_t entries, holes;
	struct bolt_layer_links *links;
	bool index_full, escape_warned, name_warned, opaque_warned, links_full, lost_warned;
	/* Not on the stack, where every call would clear them (-ftrivial-auto-var-init). */
	char path[BOLT_PATH_MAX + 1], link[BOLT_PATH_MAX + 1], real[BOLT_PATH_MAX + 1];
};

/* In the root it hides nothing: an overlay file system has no say over the root of a layer. */
static void warn_opaque_root(struct walk *w)
{
	if (w->opaque_warned)
		return;
	w->opaque_warned = true;
	w->result->part.sink->file = NULL;
	bolt_sink_warn(w->result->part.sink, "opaque-root",
		       "this layer marks the root directory as opaque (.wh..wh..opq), which container runtimes pass over: it hides "
		       "nothing");
}

/* image-spec layer.md "Whiteouts"; names that start ".wh..wh." are AUFS's own and no files of the image, and a whiteout of "",
 * "." or ".." is one of nothing: runtimes refuse it. */
static bool take_whiteout(struct walk *w, struct bolt_file_record *record)
{
	char *base = (char *) (uintptr_t) bolt_basename(w->path);
	const char *gone = base + strlen(".wh.");

	if (!bolt_starts_with(base, ".wh."))
		return false;
	if (strcmp(base, ".wh..wh..opq") == 0 && base == w->path) {
		warn_opaque_root(w);
		record->path = NULL;
		return true;
	}
	if (strcmp(base, ".wh..wh..opq") == 0) {
		record->kind = BOLT_FILE_OPAQUE;
		base[-1] = '\0';
	} else if (bolt_starts_with(base, ".wh..wh.") || !*gone || strcmp(gone, ".") == 0 || strcmp(gone, "..") == 0) {
		record->path = NULL;
		return true;
	} else {
		record->kind = BOLT_FILE_WHITEOUT;
		memmove(base, gone, strlen(gone) + 1);
	}
	record->path_len = strlen(w->path);
	return true;
}

static void warn_names(struct walk *w, const struct bolt_tar_entry *entry, bool escaped)
{
	struct bolt_sink *sink = w->result->part.sink;

	sink->file = NULL;
	if (escaped && !w->escape_warned) {
		w->escape_warned = true;
		bolt_sink_warn(sink, "name-escapes-root",
			       "an entry is named '%.200s', outside the image: container runtimes refuse or clamp it", entry->name);
	}
	if (entry->name_too_long && !w->name_warned) {
		w->name_warned = true;
		bolt_sink_warn(sink, "name-too-long", "an entry's name is over the bound of %u bytes (it starts '%.80s'): left out",
			       BOLT_PATH_MAX, entry->name);
	}
}

static int scan_file(struct walk *w, const struct bolt_tar_entry *entry, struct bolt_file_record *record, struct bolt_err *err)
{
	uint64_t ordinal = bolt_layer_files_count(w->result->part.files);

	bolt_progress_add(&w->context->progress->files, 1);
	record->size = entry->size;
	if (entry->holes && (entry->size > BOLT_TAR_HOLES_MAX - w->holes || !bolt_budget_take(w->context->holes, entry->size))) {
		w->result->part.sink->file = NULL;
		bolt_sink_warn(w->result->part.sink, "sparse-file-not-hashed",
			       "'%.200s' is a sparse file that brings this layer's over the bound of %llu GiB, or the image's over "
			       "%llu: listed "
			       "without its hash",
			       w->path, BOLT_TAR_HOLES_MAX >> 30, BOLT_IMAGE_HOLES_MAX >> 30);
		return 0;
	}
	w->holes += entry->holes ? entry->size : 0;
	if (entry->size == 0) {
		record->has_sha256 = true;
		return 0;
	}
	int r = bolt_file_scan(&w->files, w->path, entry->mode, entry->size, ordinal, bolt_tar_content(w->tar), record->sha256,
			       err);
	record->has_sha256 = r == 0;
	return r;
}

/* Only the first name of a file has its content. */
static int scan_link(struct walk *w, const struct bolt_tar_entry *entry, struct bolt_err *err)
{
	uint64_t ordinal = bolt_layer_files_count(w->result->part.files);
	int r = bolt_file_scan_link(&w->files, w->path, w->link, entry->mode, ordinal, err);

	if (r == 0)
		bolt_warn_linked_record(w->result->part.sink, w->path, BOLT_LINK_HARD, w->link);
	return r < 0 ? r : 0;
}

static bool is_record(const struct walk *w, const char *path)
{
	const struct bolt_cataloger *rows[BOLT_MATCH_MOST];

	return bolt_match_path(path, w->context->where_mask, rows) > 0;
}

static void warn_lost(struct walk *w, const char *path, int r)
{
	struct bolt_sink *sink = w->result->part.sink;

	if (w->lost_warned)
		return;
	w->lost_warned = true;
	sink->file = NULL;
	bolt_sink_warn(sink, "link-not-followed",
		       "'%.200s' leads through symbolic links that %s: it is listed under the name it has", path,
		       r == -ELOOP          ? "go in circles or are too many in a row"
		       : r == -ENAMETOOLONG ? "make its name too long"
					    : "took more steps than the bound allows a layer");
}

/* The name that an entry gets where this layer's own links lead it. True: path is another one now. */
static bool follow_links(struct walk *w, char path[BOLT_PATH_MAX + 1])
{
	int r = bolt_layer_links_resolve(w->links, path, w->real);

	if (r < 0)
		warn_lost(w, path, r);
	/* A record that is one only under the name it has is read under it. */
	if (r <= 0 || (is_record(w, path) && !is_record(w, w->real)))
		return false;
	memcpy(path, w->real, strlen(w->real) + 1);
	return true;
}

/* target: of the symbolic link that the entry is, or NULL. */
static void learn_link(struct walk *w, const char *target)
{
	if (!target) {
		bolt_layer_links_end(w->links, w->path);
		return;
	}
	if (bolt_layer_links_set(w->links, w->path, target) == 0 || w->links_full)
		return;
	w->links_full = true;
	w->result->part.sink->file = NULL;
	bolt_sink_warn(w->result->part.sink, "limit-links",
		       "this layer has more than %u symbolic links, or no memory is left for them: files whose names lead through "
		       "'%.200s' or links after it are listed under the names they have",
		       BOLT_LAYER_LINKS_MAX, w->path);
}

static int take_entry(struct walk *w, const struct bolt_tar_entry *entry, struct bolt_err *err)
{
	struct bolt_file_record record = { .path = w->path, .link = "", .mode = entry->mode };
	const char *target = NULL;
	bool escaped = false;
	int r = 0;

	if (entry->kind == BOLT_TAR_OTHER)
		return 0;
	record.path_len = bolt_path_normalise(entry->name, strlen(entry->name), w->path, &escaped);
	if (escaped || entry->name_too_long)
		warn_names(w, entry, escaped);
	if (entry->name_too_long || (record.path_len == 0 && entry->kind != BOLT_TAR_DIRECTORY))
		return 0;
	if (follow_links(w, w->path))
		record.path_len = strlen(w->path);
	if (take_whiteout(w, &record)) {
		if (!record.path)
			return 0;
		if (record.kind == BOLT_FILE_WHITEOUT)
			bolt_layer_links_end(w->links, w->path);
		return bolt_index_record(&w->result->part, &w->index_full, &record);
	}

	switch (entry->kind) {
	case BOLT_TAR_FILE:
		record.kind = BOLT_FILE_REGULAR;
		r = scan_file(w, entry, &record, err);
		break;
	case BOLT_TAR_HARDLINK:
		record.kind = BOLT_FILE_HARDLINK;
		bolt_path_normalise(entry->link, strlen(entry->link), w->link, NULL);
		(void) follow_links(w, w->link); /* its own name is all that is wanted */
		target = bolt_layer_links_target(w->links, w->link);
		if (target) { /* another name of a link is a link */
			record.kind = BOLT_FILE_SYMLINK;
			break;
		}
		record.link = w->link;
		r = scan_link(w, entry, err);
		break;
	case BOLT_TAR_SYMLINK:
		record.kind = BOLT_FILE_SYMLINK;
		target = entry->link;
		bolt_judge_symlink(w->result->part.sink, w->path, entry->link, w->context->where_mask);
		break;
	case BOLT_TAR_DIRECTORY:
		record.kind = BOLT_FILE_DIRECTORY;
		bolt_progress_add(&w->context->progress->directories, 1);
		break;
	default:
		record.kind = BOLT_FILE_OTHER;
	}
	learn_link(w, target);
	return r < 0 ? r : bolt_index_record(&w->result->part, &w->index_full, &record);
}

static int walk_tar(struct walk *w, struct bolt_reader *plain, struct bolt_err *err)
{
	struct bolt_tar_entry entry;
	int r;

	w->tar = bolt_tar_new(plain);
	w->files.hash = bolt_hash_new(BOLT_DIGEST_SHA256);
	w->links = bolt_layer_links_new(w->context->budget);
	if (!w->tar || !w->files.hash || !w->links)
		r = bolt_err_set(err, -ENOMEM, "out of memory");
	else
		r = 1;
	while (r > 0 && (r = bolt_tar_next(w->tar, &entry, err)) > 0) {
		if (++w->entries > BOLT_LAYER_ENTRIES_MAX) {
			r = bolt_err_set(err, -E2BIG, "more than the bound of %llu entries in one layer", BOLT_LAYER_ENTRIES_MAX);
		} else {
			int failed = take_entry(w, &entry, err);
			r = failed < 0 ? failed : 1;
		}
	}
	bolt_tar_free(w->tar);
	bolt_hash_free(w->files.hash);
	bolt_layer_links_free(w->links);
	return r;
}

/* Errors of content, as opposed to those of the machine: they wait until the digest has been judged. */
static bool is_damage(int r)
{
	return r == -EBADMSG || r == -E2BIG;
}

static int scan_plain(struct walk *w, struct bolt_reader *stored, enum bolt_digest_algorithm algorithm, struct bolt_err *err)
{
	enum bolt_compression compression;
	struct bolt_filler *filler;
	int r = bolt_inflate_open(stored, &filler, &compression, err);

	if (r < 0)
		return r;
	bool plain = compression == BOLT_PLAIN && algorithm == w->algorithm; /* then the diff ID is the digest */
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *pumped = bolt_reader_pumped(filler);
	BOLT_CLEANUP(bolt_hash_freep) struct bolt_hash *hash = bolt_hash_new(algorithm);
	if (!pumped || !hash)
		return bolt_err_set(err, -ENOMEM, "out of memory or threads");
	BOLT_CLEANUP(bolt_reader_closep)
	struct bolt_reader *bounded = bolt_reader_expanding(pumped, &w->result->size_bytes, w->context->expansion);
	BOLT_CLEANUP(bolt_reader_closep)
	struct bolt_reader *counted = bounded ? bolt_reader_counting(bounded, &w->context->progress->bytes_uncompressed) : NULL;
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *hashed = counted ? bolt_reader_hashing(counted, hash) : NULL;
	if (!hashed)
		return bolt_err_set(err, -ENOMEM, "out of memory");

	r = walk_tar(w, plain ? counted : hashed, err);
	if (r == 0) /* the diff ID is of every byte, also those after the end mark */
		r = bolt_reader_drain(plain ? counted : hashed, NULL, err);
	if (r == 0 && !plain)
		bolt_hash_final(hash, &w->result->diff_id);
	return r;
}

int bolt_layer_scan(const struct bolt_scan_context *context, struct bolt_reader *blob, enum bolt_digest_algorithm algorithm,
		    enum bolt_digest_algorithm diff_algorithm, struct bolt_layer_result *ret_result, struct bolt_err *err)
{
	struct bolt_layer_result result = { .damage = 0 };
	struct walk w = { .context = context, .result = &result, .algorithm = algorithm };

	BOLT_CLEANUP(bolt_hash_freep) struct bolt_hash *hash = bolt_hash_new(algorithm);
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *counted = bolt_reader_counting(blob, &result.size_bytes);
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *stored = hash && counted ? bolt_reader_hashing(counted, hash) : NULL;
	result.part.sink = bolt_sink_new(-1, SIZE_MAX / 2);
	result.part.files = bolt_layer_files_new(context->budget);
	BOLT_CLEANUP(bolt_kept_freep) struct bolt_kept *kept = bolt_kept_new(context->budget);
	w.files = (struct bolt_file_scan){ .sink = result.part.sink,
					   .budget = context->budget,
					   .kept = kept,
					   .where_mask = context->where_mask,
					   .strict = context->strict };
	int r = stored && kept && result.part.sink && result.part.files ? scan_plain(&w, stored, diff_algorithm, err) : -ENOMEM;
	if (is_damage(r)) {
		result.damage = r;
		(void) bolt_err_set(&result.damage_text, r, "%s", bolt_err_text(err, r));
		r = bolt_reader_drain(stored, NULL, err);
	}
	if (r < 0) {
		bolt_layer_result_done(&result);
		return r;
	}
	bolt_hash_final(hash, &result.digest);
	if (!result.damage && result.diff_id.algorithm == BOLT_DIGEST_NONE)
		result.diff_id = result.digest;
	*ret_result = result;
	return 0;
}

void bolt_layer_result_done(struct bolt_layer_result *result)
{
	if (!result->shared) {
		bolt_sink_free(result->part.sink);
		bolt_layer_files_free(result->part.files);
	}
	memset(result, 0, sizeof(*result));
}
