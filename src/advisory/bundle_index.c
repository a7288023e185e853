#include "advisory/bundle_index.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/json_writer.h"

enum { DEPTH = 8, FORMAT = 1, MARK_BYTES = 17 };

/* A name in the same directory, that means nothing to a shell, a server or a file system. */
static bool is_file_name(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t len = strlen(name);

	return len > 0 && len < sizeof(((struct bolt_index_file *) 0)->file) && name[0] != '.' && strspn(name, letters) == len;
}

static bool take_u64(const json_t *object, const char *key, uint64_t most, uint64_t *ret_value)
{
	json_int_t value = json_integer_value(json_object_get(object, key));

	if (value <= 0 || (uint64_t) value > most)
		return false;
	*ret_value = (uint64_t) value;
	return true;
}

/* As text: not every reader of JSON has whole numbers of 64 bits. */
static bool take_mark(const json_t *object, uint64_t *ret_mark)
{
	const char *text = bolt_json_text(object, "mark");

	if (!text || strlen(text) != MARK_BYTES - 1 || strspn(text, "0123456789abcdef") != MARK_BYTES - 1)
		return false;
	*ret_mark = strtoull(text, NULL, 16);
	return *ret_mark != 0;
}

static bool take_file(const json_t *object, struct bolt_index_file *file)
{
	const char *name = bolt_json_text(object, "file"), *sha256 = bolt_json_text(object, "sha256");

	if (!name || !is_file_name(name) || !sha256 || strlen(sha256) != 64 || strspn(sha256, "0123456789abcdef") != 64)
		return false;
	(void) snprintf(file->file, sizeof(file->file), "%s", name);
	(void) snprintf(file->sha256, sizeof(file->sha256), "%s", sha256);
	return take_u64(object, "bytes", INT64_MAX, &file->bytes);
}

static bool take_difference(const json_t *object, const struct bolt_bundle_index *index, struct bolt_index_file *file)
{
	uint64_t to;

	return take_file(object, file) && take_u64(object, "from", UINT32_MAX, &file->from) &&
	       take_mark(object, &file->from_mark) && take_u64(object, "to", UINT32_MAX, &to) && to == index->generation &&
	       file->from < to;
}

int bolt_bundle_index_read(struct bolt_cursor json, struct bolt_bundle_index *ret_index, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_json_decrefp) json_t *root = NULL;
	struct bolt_bundle_index *index = calloc(1, sizeof(*index));
	int r = index ? bolt_json_load(json.p, json.left, DEPTH, &root, err) : -ENOMEM;

	if (r == 0 && json_integer_value(json_object_get(root, "format")) != FORMAT)
		r = bolt_err_set(err, -EBADMSG, "the index is of another version of boltseal, or none");
	if (r == 0 && (!take_u64(root, "generation", UINT32_MAX, &index->generation) || !take_mark(root, &index->mark) ||
		       !take_file(json_object_get(root, "full"), &index->full)))
		r = bolt_err_set(err, -EBADMSG, "the index does not name a bundle as it should");
	const json_t *differences = json_object_get(root, "differences");
	for (size_t i = 0; r == 0 && i < json_array_size(differences) && i < BOLT_INDEX_DIFFERENCES_MAX; i++) {
		if (!take_difference(json_array_get(differences, i), index, &index->differences[i]))
			r = bolt_err_set(err, -EBADMSG, "the index does not name a difference as it should");
		index->differences_len = i + 1;
	}
	if (r == 0)
		*ret_index = *index;
	free(index);
	return r;
}

static void write_mark(struct bolt_json_writer *w, uint64_t mark)
{
	char text[MARK_BYTES];

	(void) snprintf(text, sizeof(text), "%016llx", (unsigned long long) mark);
	bolt_jw_member(w, "mark", text);
}

static void write_file(struct bolt_json_writer *w, const struct bolt_index_file *file)
{
	bolt_jw_member(w, "file", file->file);
	bolt_jw_member(w, "sha256", file->sha256);
	bolt_jw_member_u64(w, "bytes", file->bytes);
}

void bolt_bundle_index_write(const struct bolt_bundle_index *index, struct bolt_out *out)
{
	struct bolt_json_writer w;

	bolt_json_writer_init(&w, out);
	bolt_jw_object(&w);
	bolt_jw_member_u64(&w, "format", FORMAT);
	bolt_jw_member_u64(&w, "generation", index->generation);
	write_mark(&w, index->mark);
	bolt_jw_key(&w, "full");
	bolt_jw_object(&w);
	write_file(&w, &index->full);
	bolt_jw_end_object(&w);
	bolt_jw_key(&w, "differences");
	bolt_jw_array(&w);
	for (size_t i = 0; i < index->differences_len; i++) {
		bolt_jw_object(&w);
		bolt_jw_member_u64(&w, "from", index->differences[i].from);
		write_mark(&w, index->differences[i].from_mark);
		bolt_jw_member_u64(&w, "to", index->generation);
		write_file(&w, &index->differences[i]);
		bolt_jw_end_object(&w);
	}
	bolt_jw_end_array(&w);
	bolt_jw_end_object(&w);
	bolt_out_char(out, '\n');
}
