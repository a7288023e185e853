#include "advisory/database_format.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "advisory/limits.h"
#include "advisory/packing.h"
#include "core/digest.h"

const char *bolt_table_name(enum bolt_table table)
{
	static const char *const names[] = {
		[BOLT_TABLE_META] = "meta", [BOLT_TABLE_PART] = "part",         [BOLT_TABLE_RECORD] = "record",
		[BOLT_TABLE_NAME] = "name", [BOLT_TABLE_AFFECTED] = "affected", [BOLT_TABLE_SCORE] = "score",
		[BOLT_TABLE_KEV] = "kev",   [BOLT_TABLE_CHANGE] = "change",     [BOLT_TABLE_DICTIONARY] = "dictionary",
	};

	return names[table];
}

static void put_le(uint8_t *to, uint64_t value, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		to[i] = (uint8_t) (value >> (8 * i));
}

void bolt_put_u16le(uint8_t *to, uint16_t value)
{
	put_le(to, value, 2);
}

void bolt_put_u32le(uint8_t *to, uint32_t value)
{
	put_le(to, value, 4);
}

void bolt_put_u64le(uint8_t *to, uint64_t value)
{
	put_le(to, value, 8);
}

void bolt_put_u32be(uint8_t *to, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		to[i] = (uint8_t) (value >> (24 - 8 * i));
}

void bolt_put_u64be(uint8_t *to, uint64_t value)
{
	bolt_put_u32be(to, (uint32_t) (value >> 32));
	bolt_put_u32be(to + 4, (uint32_t) value);
}

size_t bolt_full_name(const char *ecosystem, const char *package, bool binary, uint8_t name[BOLT_FULL_NAME_MAX])
{
	size_t ecosystem_len = strnlen(ecosystem, BOLT_RECORD_TEXT_MAX), package_len = strnlen(package, BOLT_RECORD_TEXT_MAX);

	memcpy(name, ecosystem, ecosystem_len);
	name[ecosystem_len] = '\0';
	name[ecosystem_len + 1] = binary ? 'b' : 's';
	memcpy(name + ecosystem_len + 2, package, package_len);
	return ecosystem_len + 2 + package_len;
}

int bolt_key_package(const uint8_t *name, size_t len, struct bolt_key *ret_key)
{
	struct bolt_digest digest;
	const size_t kept = BOLT_KEY_MAX - 32;

	if (len <= BOLT_KEY_MAX) {
		memcpy(ret_key->bytes, name, len);
		ret_key->len = len;
		return 0;
	}
	int r = bolt_digest_of(BOLT_DIGEST_SHA256, name, len, &digest);
	if (r < 0)
		return r;
	memcpy(ret_key->bytes, name, kept);
	memcpy(ret_key->bytes + kept, digest.bytes, 32);
	ret_key->len = BOLT_KEY_MAX;
	return 0;
}

void bolt_key_id(const char *id, struct bolt_key *ret_key)
{
	ret_key->len = strnlen(id, BOLT_RECORD_ID_MAX);
	for (size_t i = 0; i < ret_key->len; i++)
		ret_key->bytes[i] = (uint8_t) toupper((unsigned char) id[i]);
}

int bolt_stored_put(struct bolt_buf *buf, const struct bolt_stored *stored)
{
	uint8_t head[23];

	bolt_put_u16le(head, stored->part);
	head[2] = stored->dictionary;
	memcpy(head + 3, stored->hash, sizeof(stored->hash));
	bolt_put_u32le(head + 19, stored->length);
	int r = bolt_buf_add(buf, head, sizeof(head));
	if (r == 0)
		r = bolt_pack_text(buf, stored->id);
	return r == 0 ? bolt_buf_add(buf, stored->packed.p, stored->packed.left) : r;
}

int bolt_stored_take(struct bolt_cursor value, struct bolt_stored *ret_stored)
{
	struct bolt_stored stored;
	const uint8_t *hash;

	if (bolt_take_u16le(&value, &stored.part) < 0 || bolt_take_u8(&value, &stored.dictionary) < 0 ||
	    bolt_take_bytes(&value, sizeof(stored.hash), &hash) < 0 || bolt_take_u32le(&value, &stored.length) < 0 ||
	    bolt_take_text(&value, &stored.id) < 0 || stored.length > BOLT_RECORD_BYTES_MAX || !*stored.id)
		return -EBADMSG;
	memcpy(stored.hash, hash, sizeof(stored.hash));
	stored.packed = value;
	*ret_stored = stored;
	return 0;
}

int bolt_stored_unpack(const struct bolt_stored *stored, ZSTD_DCtx *unpacker, const ZSTD_DDict *dictionary, char *to)
{
	size_t id_len = strlen(stored->id) + 1;

	memcpy(to, stored->id, id_len);
	size_t n = ZSTD_decompress_usingDDict(unpacker, to + id_len, stored->length, stored->packed.p, stored->packed.left,
					      dictionary);
	return !ZSTD_isError(n) && n == stored->length ? 0 : -EBADMSG;
}

int bolt_part_state_put(struct bolt_buf *buf, const struct bolt_part_state *state, uint8_t dictionary)
{
	const uint64_t numbers[] = { state->number,  state->advisories,
				     state->damaged, state->generation,
				     state->bytes,   state->dated_unix > 0 ? (uint64_t) state->dated_unix : 0,
				     dictionary,     state->fetched_unix > 0 ? (uint64_t) state->fetched_unix : 0 };
	const char *const texts[] = { state->part, state->url, state->etag, state->last_modified, state->sha256 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < BOLT_ARRAY_LEN(numbers); i++)
		r = bolt_pack_number(buf, numbers[i]);
	for (size_t i = 0; r == 0 && i < BOLT_ARRAY_LEN(texts); i++)
		r = bolt_pack_text(buf, texts[i]);
	return r;
}

int bolt_part_state_take(struct bolt_cursor value, struct bolt_part_state *ret_state, uint8_t *ret_dictionary)
{
	static const uint64_t most[] = {
		UINT16_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, INT64_MAX, UINT8_MAX, INT64_MAX
	};
	uint64_t n[BOLT_ARRAY_LEN(most)];
	const char *texts[5];

	for (size_t i = 0; i < BOLT_ARRAY_LEN(n); i++) {
		if (bolt_take_number(&value, most[i], &n[i]) < 0)
			return -EBADMSG;
	}
	for (size_t i = 0; i < BOLT_ARRAY_LEN(texts); i++) {
		if (bolt_take_text(&value, &texts[i]) < 0)
			return -EBADMSG;
		if (!*texts[i])
			texts[i] = NULL;
	}
	if (!texts[0])
		return -EBADMSG;
	*ret_state = (struct bolt_part_state){
		.part = texts[0],
		.number = (uint16_t) n[0],
		.advisories = n[1],
		.damaged = n[2],
		.generation = n[3],
		.bytes = n[4],
		.dated_unix = (int64_t) n[5],
		.fetched_unix = (int64_t) n[7],
		.url = texts[1],
		.etag = texts[2],
		.last_modified = texts[3],
		.sha256 = texts[4],
	};
	*ret_dictionary = (uint8_t) n[6];
	return 0;
}

void bolt_copied_put(uint8_t to[BOLT_COPIED_BYTES], const struct bolt_copied *copied)
{
	bolt_put_u64le(to, copied->generation);
	bolt_put_u64le(to + 8, copied->mark);
	bolt_put_u64le(to + 16, copied->here);
}

int bolt_copied_take(struct bolt_cursor value, struct bolt_copied *ret_copied)
{
	struct bolt_copied copied;

	if (bolt_take_u64le(&value, &copied.generation) < 0 || bolt_take_u64le(&value, &copied.mark) < 0 ||
	    bolt_take_u64le(&value, &copied.here) < 0)
		return -EBADMSG;
	*ret_copied = copied;
	return 0;
}

static const char *take_digits(const char *p, size_t most, uint64_t *ret_value)
{
	uint64_t value = 0;
	size_t n = 0;

	for (; isdigit((unsigned char) p[n]); n++) {
		if (n == most)
			return NULL;
		value = value * 10 + (uint64_t) (p[n] - '0');
	}
	*ret_value = value;
	return n > 0 ? p + n : NULL;
}

int bolt_cve_number(const char *cve, uint64_t *ret_number)
{
	uint64_t year, number;

	if (strncasecmp(cve, "CVE-", 4) != 0)
		return -EINVAL;
	const char *p = take_digits(cve + 4, 4, &year);
	if (!p || *p != '-')
		return -EINVAL;
	p = take_digits(p + 1, 9, &number);
	if (!p || *p)
		return -EINVAL;
	*ret_number = year << 32 | number;
	return 0;
}

int bolt_lmdb_err(struct bolt_err *err, int code, const char *what)
{
	if (code == 0)
		return 0;
	return bolt_err_set(err, code > 0 ? -code : -EBADMSG, "%s: %s", what, mdb_strerror(code));
}
