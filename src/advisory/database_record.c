#include <errno.h>
#include <string.h>

#include "advisory/database_private.h"
#include "advisory/limits.h"
#include "advisory/packing.h"
#include "advisory/record.h"

/* Under the lock. */
static int get_dictionary(struct bolt_database *db, uint8_t number, const ZSTD_DDict **ret_dictionary)
{
	struct bolt_cursor value;
	const char *label;

	if (number > 0 && !db->dictionaries[number]) {
		if (bolt_database_get(db, BOLT_TABLE_DICTIONARY, &number, 1, &value) < 0 || bolt_take_text(&value, &label) < 0)
			return -EBADMSG;
		db->dictionaries[number] = ZSTD_createDDict(value.p, value.left);
		if (!db->dictionaries[number])
			return -ENOMEM;
	}
	*ret_dictionary = db->dictionaries[number];
	return 0;
}

static int unpack(struct bolt_database *db, const struct bolt_stored *stored, char *to)
{
	const ZSTD_DDict *dictionary;

	pthread_mutex_lock(&db->lock);
	if (!db->unpacker)
		db->unpacker = ZSTD_createDCtx();
	int r = db->unpacker ? get_dictionary(db, stored->dictionary, &dictionary) : -ENOMEM;
	if (r == 0)
		r = bolt_stored_unpack(stored, db->unpacker, dictionary, to);
	pthread_mutex_unlock(&db->lock);
	return r;
}

static int find_stored(struct bolt_database *db, uint32_t record, struct bolt_stored *ret_stored)
{
	struct bolt_cursor value;
	uint8_t key[4];

	bolt_put_u32be(key, record);
	int r = bolt_database_get(db, BOLT_TABLE_RECORD, key, sizeof(key), &value);
	return r == 0 ? bolt_stored_take(value, ret_stored) : r;
}

int bolt_database_canonical(struct bolt_database *db, uint32_t record, struct bolt_buf *buf)
{
	struct bolt_stored stored;
	int r = find_stored(db, record, &stored);

	if (r < 0)
		return r;
	size_t length = strlen(stored.id) + 1 + stored.length;
	bolt_buf_clear(buf);
	r = bolt_buf_reserve(buf, length);
	if (r == 0)
		r = unpack(db, &stored, (char *) buf->data);
	if (r == 0)
		buf->len = length;
	return r;
}

static int read_record(struct bolt_database *db, uint32_t record, bool affected, struct bolt_arena *arena, uint16_t *ret_part,
		       struct bolt_advisory *ret_advisory)
{
	struct bolt_stored stored;
	int r = find_stored(db, record, &stored);

	if (r < 0)
		return r;
	size_t length = strlen(stored.id) + 1 + stored.length;
	char *bytes = bolt_arena_alloc(arena, length);
	r = bytes ? unpack(db, &stored, bytes) : -ENOMEM;
	if (r == 0)
		r = bolt_record_decode(bolt_cursor(bytes, length), affected, arena, ret_advisory);
	if (r == 0 && ret_part)
		*ret_part = stored.part;
	return r;
}

int bolt_database_record(struct bolt_database *db, uint32_t record, struct bolt_arena *arena, uint16_t *ret_part,
			 struct bolt_advisory *ret_advisory)
{
	return read_record(db, record, false, arena, ret_part, ret_advisory);
}

int bolt_database_whole_record(struct bolt_database *db, uint32_t record, struct bolt_arena *arena, uint16_t *ret_part,
			       struct bolt_advisory *ret_advisory)
{
	return read_record(db, record, true, arena, ret_part, ret_advisory);
}

int bolt_database_named(struct bolt_database *db, const char *id, uint32_t *records, size_t most)
{
	struct bolt_key key;
	struct bolt_cursor value;
	size_t n = 0;

	bolt_key_id(id, &key);
	int r = bolt_database_get(db, BOLT_TABLE_NAME, key.bytes, key.len, &value);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	while (value.left > 0 && n < most && n < INT32_MAX) {
		if (bolt_take_u32be(&value, &records[n++]) < 0)
			return -EBADMSG;
	}
	return (int) n;
}
