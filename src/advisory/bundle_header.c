#include <errno.h>
#include <string.h>

#include "advisory/bundle.h"
#include "advisory/database_format.h"

static const char magic[8] = "BOLTBDL\n";
enum { VERSION = 1 };

/* magic 8, u32 version, u32 kind, u64 from and to generation, u64 from and to mark, i64 created, u64 payload bytes, its SHA-256,
 * key */
void bolt_bundle_header_put(const struct bolt_bundle_header *h, uint8_t bytes[BOLT_BUNDLE_HEADER])
{
	const uint64_t numbers[] = { h->from_generation, h->to_generation,           h->from_mark,
				     h->to_mark,         (uint64_t) h->created_unix, h->payload_bytes };

	memset(bytes, 0, BOLT_BUNDLE_HEADER);
	memcpy(bytes, magic, sizeof(magic));
	bolt_put_u32le(bytes + 8, VERSION);
	bolt_put_u32le(bytes + 12, h->kind);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(numbers); i++)
		bolt_put_u64le(bytes + 16 + 8 * i, numbers[i]);
	memcpy(bytes + 64, h->payload_hash, BOLT_BUNDLE_HASH);
	memcpy(bytes + 96, h->key, BOLT_BUNDLE_HASH);
}

int bolt_bundle_header_take(struct bolt_cursor c, struct bolt_bundle_header *ret_header, struct bolt_err *err)
{
	struct bolt_bundle_header h = { .kind = 0 };
	uint64_t *const numbers[] = { &h.from_generation, &h.to_generation, &h.from_mark, &h.to_mark, NULL, &h.payload_bytes };
	const uint8_t *start, *hash, *key;
	uint64_t created = 0;
	uint32_t version;

	if (c.left < BOLT_BUNDLE_HEADER || bolt_take_bytes(&c, sizeof(magic), &start) < 0 ||
	    memcmp(start, magic, sizeof(magic)) != 0)
		return bolt_err_set(err, -EBADMSG, "this is no bundle of 'boltseal db export', or it is cut off");
	if (bolt_take_u32le(&c, &version) < 0 || version != VERSION)
		return bolt_err_set(err, -EBADMSG, "a bundle of another version of boltseal");
	int r = bolt_take_u32le(&c, &h.kind);
	for (size_t i = 0; r == 0 && i < BOLT_ARRAY_LEN(numbers); i++)
		r = bolt_take_u64le(&c, numbers[i] ? numbers[i] : &created);
	if (r == 0)
		r = bolt_take_bytes(&c, BOLT_BUNDLE_HASH, &hash);
	if (r == 0)
		r = bolt_take_bytes(&c, BOLT_BUNDLE_HASH, &key);
	bool full = h.kind == BOLT_BUNDLE_FULL;
	if (r < 0 || (!full && h.kind != BOLT_BUNDLE_DIFFERENCE) || full != (h.from_generation == 0) || created > INT64_MAX ||
	    h.to_generation < h.from_generation || h.to_generation == 0 || h.to_generation > UINT32_MAX || h.to_mark == 0)
		return bolt_err_set(err, -EBADMSG, "the bundle's header is damaged");
	h.created_unix = (int64_t) created;
	memcpy(h.payload_hash, hash, BOLT_BUNDLE_HASH);
	memcpy(h.key, key, BOLT_BUNDLE_HASH);
	*ret_header = h;
	return 0;
}
