#include "scan/record.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "advisory/database_format.h"
#include "advisory/ecosystem.h"
#include "advisory/packing.h"
#include "core/write_all.h"
#include "scan/limits.h"
#include "scan/memo.h"

enum { PACKING_LEVEL = 3, LENGTH_BYTES = 4 };

/* u32 length, zstd frame */
static int compress(struct bolt_buf *plain, struct bolt_buf *packed)
{
	size_t most = ZSTD_compressBound(plain->len);
	int r = bolt_buf_reserve(packed, LENGTH_BYTES + most);

	if (r < 0)
		return r;
	size_t n = ZSTD_compress(packed->data + LENGTH_BYTES, most, plain->data ? plain->data : (const uint8_t *) "", plain->len,
				 PACKING_LEVEL);
	if (ZSTD_isError(n))
		return -ENOMEM;
	bolt_put_u32le(packed->data, (uint32_t) plain->len);
	packed->len = LENGTH_BYTES + n;
	return 0;
}

static int expand(struct bolt_cursor packed, ZSTD_DCtx *unpacker, struct bolt_arena *arena, struct bolt_cursor *ret_plain)
{
	uint32_t length;

	if (bolt_take_u32le(&packed, &length) < 0 || length > BOLT_RECORD_PLAIN_MAX)
		return -EBADMSG;
	/* A frame that says how much is in it is not taken at its word: memory is only given for as much as there can be. */
	if (length > 0 && (packed.left == 0 || length / packed.left > BOLT_RECORD_RATIO_MAX))
		return -EBADMSG;
	uint8_t *plain = bolt_arena_alloc(arena, (size_t) length + 1);
	if (!plain)
		return -ENOMEM;
	size_t n = unpacker ? ZSTD_decompressDCtx(unpacker, plain, length, packed.p, packed.left)
			    : ZSTD_decompress(plain, length, packed.p, packed.left);
	if (ZSTD_isError(n) || n != length)
		return -EBADMSG;
	*ret_plain = bolt_cursor(plain, length);
	return 0;
}

static int pack_texts(struct bolt_buf *buf, const struct bolt_texts *texts)
{
	int r = bolt_pack_number(buf, texts->len);

	for (size_t i = 0; r == 0 && i < texts->len; i++)
		r = bolt_pack_text(buf, texts->items[i]);
	return r;
}

static int take_texts(struct bolt_cursor *c, struct bolt_arena *arena, struct bolt_texts *ret_texts)
{
	struct bolt_texts texts = { NULL, 0 };
	uint64_t len;

	if (bolt_take_number(c, c->left, &len) < 0) /* each has at least its NUL */
		return -EBADMSG;
	texts.items = len > 0 ? bolt_arena_alloc(arena, len * sizeof(*texts.items)) : NULL;
	if (len > 0 && !texts.items)
		return -ENOMEM;
	for (; texts.len < len; texts.len++) {
		if (bolt_take_text(c, &texts.items[texts.len]) < 0)
			return -EBADMSG;
	}
	*ret_texts = texts;
	return 0;
}

/* Texts that may be missing: the empty text says so. */
static int take_optional(struct bolt_cursor *c, const char **ret_text)
{
	if (bolt_take_text(c, ret_text) < 0)
		return -EBADMSG;
	if (!**ret_text)
		*ret_text = NULL;
	return 0;
}

enum { SUBJECT_TEXTS = 12, PACKAGE_TEXTS = 9, PACKAGE_BYTES_LEAST = PACKAGE_TEXTS + 1 };

/* The texts of each, in the order they are written; for writing and reading. */
static void subject_fields(struct bolt_report *report, const char **fields[SUBJECT_TEXTS])
{
	struct bolt_subject *s = &report->subject;
	struct bolt_os *os = &report->os;
	const char **all[SUBJECT_TEXTS] = { &s->kind,        &s->name,     &s->digest,      &s->image_id,
					    &s->platform,    &os->id,      &os->version_id, &os->version_codename,
					    &os->variant_id, &os->id_like, &os->name,       &os->location };

	memcpy(fields, all, sizeof(all));
}

static void package_fields(struct bolt_package *p, const char **fields[PACKAGE_TEXTS])
{
	const char **all[PACKAGE_TEXTS] = { &p->purl,        &p->type,           &p->name,       &p->version, &p->arch,
					    &p->source_name, &p->source_version, &p->modularity, &p->owner };

	memcpy(fields, all, sizeof(all));
}

static int pack_subject(const struct bolt_report *report, struct bolt_buf *plain)
{
	struct bolt_report copy = *report;
	const char **fields[SUBJECT_TEXTS];
	int r = 0;

	subject_fields(&copy, fields);
	for (size_t i = 0; r == 0 && i < SUBJECT_TEXTS; i++)
		r = bolt_pack_text(plain, *fields[i]);
	if (r == 0)
		r = pack_texts(plain, &report->subject.tags);
	if (r == 0)
		r = bolt_pack_number(plain, report->subject.layers_len);
	for (size_t i = 0; r == 0 && i < report->subject.layers_len; i++) {
		const struct bolt_layer *layer = &report->subject.layers[i];

		r = bolt_pack_number(plain, layer->origin);
		if (r == 0)
			r = bolt_pack_text(plain, layer->diff_id);
	}
	return r;
}

int bolt_record_pack(const struct bolt_report *report, struct bolt_buf *packed)
{
	struct bolt_buf plain = BOLT_BUF_INIT(BOLT_RECORD_PLAIN_MAX);
	int r = pack_subject(report, &plain);

	if (r == 0)
		r = bolt_pack_number(&plain, report->packages_len);
	for (size_t i = 0; r == 0 && i < report->packages_len; i++) {
		struct bolt_package package = report->packages[i];
		const char **fields[PACKAGE_TEXTS];

		package_fields(&package, fields);
		for (size_t k = 0; r == 0 && k < PACKAGE_TEXTS; k++)
			r = bolt_pack_text(&plain, *fields[k]);
		if (r == 0)
			r = bolt_pack_number(&plain, (uint64_t) (package.layer + 1));
	}
	if (r == 0)
		r = compress(&plain, packed);
	bolt_buf_done(&plain);
	return r;
}

static int take_layers(struct bolt_cursor *c, struct bolt_report *report)
{
	struct bolt_subject *subject = &report->subject;
	uint64_t len, origin;

	if (bolt_take_number(c, c->left / 2, &len) < 0)
		return -EBADMSG;
	subject->layers = len > 0 ? bolt_arena_alloc(report->arena, len * sizeof(*subject->layers)) : NULL;
	if (len > 0 && !subject->layers)
		return -ENOMEM;
	for (; subject->layers_len < len; subject->layers_len++) {
		struct bolt_layer *layer = &subject->layers[subject->layers_len];

		if (bolt_take_number(c, BOLT_ORIGIN_APPLICATION, &origin) < 0 || take_optional(c, &layer->diff_id) < 0)
			return -EBADMSG;
		layer->origin = (enum bolt_origin) origin;
	}
	return 0;
}

static int take_packages(struct bolt_cursor *c, struct bolt_report *report)
{
	uint64_t len, layer;

	if (bolt_take_number(c, c->left / PACKAGE_BYTES_LEAST, &len) < 0)
		return -EBADMSG;
	report->packages = len > 0 ? bolt_arena_alloc(report->arena, len * sizeof(*report->packages)) : NULL;
	if (len > 0 && !report->packages)
		return -ENOMEM;
	for (; report->packages_len < len; report->packages_len++) {
		struct bolt_package *package = &report->packages[report->packages_len];
		const char **fields[PACKAGE_TEXTS];

		package_fields(package, fields);
		for (size_t i = 0; i < PACKAGE_TEXTS; i++) {
			if ((i < 4 ? bolt_take_text(c, fields[i]) : take_optional(c, fields[i])) < 0)
				return -EBADMSG;
		}
		if (bolt_take_number(c, report->subject.layers_len, &layer) < 0)
			return -EBADMSG;
		package->layer = (int) layer - 1;
		package->removed_layer = -1;
	}
	return c->left == 0 ? 0 : -EBADMSG;
}

int bolt_record_unpack(struct bolt_cursor packed, ZSTD_DCtx *unpacker, struct bolt_report *report)
{
	const char **fields[SUBJECT_TEXTS];
	struct bolt_cursor c;
	int r = expand(packed, unpacker, report->arena, &c);

	subject_fields(report, fields);
	for (size_t i = 0; r == 0 && i < SUBJECT_TEXTS; i++)
		r = take_optional(&c, fields[i]);
	if (r == 0)
		r = take_texts(&c, report->arena, &report->subject.tags);
	if (r == 0)
		r = take_layers(&c, report);
	return r == 0 ? take_packages(&c, report) : r;
}

int bolt_told_pack(const struct bolt_told *told, size_t len, struct bolt_buf *packed)
{
	struct bolt_buf plain = BOLT_BUF_INIT(BOLT_RECORD_PLAIN_MAX);
	int r = bolt_pack_number(&plain, len);

	for (size_t i = 0; r == 0 && i < len; i++) {
		const struct bolt_told *one = &told[i];
		const uint8_t facts[] = { (uint8_t) one->severity, (uint8_t) one->status, one->exploited };

		r = bolt_pack_text(&plain, one->id);
		if (r == 0)
			r = bolt_pack_number(&plain, one->package);
		if (r == 0)
			r = bolt_buf_add(&plain, facts, sizeof(facts));
		if (r == 0)
			r = bolt_pack_text(&plain, one->fixed_version);
		if (r == 0)
			r = pack_texts(&plain, &one->aliases);
	}
	if (r == 0)
		r = compress(&plain, packed);
	bolt_buf_done(&plain);
	return r;
}

static int take_told(struct bolt_cursor *c, size_t packages, struct bolt_arena *arena, struct bolt_told *told)
{
	uint8_t severity, status, exploited;
	uint64_t package;

	if (bolt_take_text(c, &told->id) < 0 || bolt_take_number(c, UINT32_MAX, &package) < 0 || package >= packages ||
	    bolt_take_u8(c, &severity) < 0 || severity >= _BOLT_SEVERITY_MAX || bolt_take_u8(c, &status) < 0 ||
	    status >= _BOLT_STATUS_MAX || bolt_take_u8(c, &exploited) < 0 || take_optional(c, &told->fixed_version) < 0)
		return -EBADMSG;
	told->package = (uint32_t) package;
	told->severity = (enum bolt_severity) severity;
	told->status = (enum bolt_status) status;
	told->exploited = exploited != 0;
	return take_texts(c, arena, &told->aliases);
}

int bolt_told_unpack(struct bolt_cursor packed, ZSTD_DCtx *unpacker, size_t packages, struct bolt_arena *arena,
		     struct bolt_told **ret_told, size_t *ret_len)
{
	enum { BYTES_LEAST = 7 };
	struct bolt_told *told = NULL;
	struct bolt_cursor c;
	uint64_t len = 0;
	int r = expand(packed, unpacker, arena, &c);

	if (r == 0 && bolt_take_number(&c, c.left / BYTES_LEAST, &len) < 0)
		r = -EBADMSG;
	if (r == 0) {
		told = bolt_arena_alloc(arena, (len + 1) * sizeof(*told));
		r = told ? 0 : -ENOMEM;
	}
	for (uint64_t i = 0; r == 0 && i < len; i++)
		r = take_told(&c, packages, arena, &told[i]);
	if (r == 0 && c.left > 0)
		r = -EBADMSG;
	if (r < 0)
		return r;
	bolt_told_sort(told, len);
	*ret_told = told;
	*ret_len = len;
	return 0;
}

uint64_t bolt_key_of_package(const char *ecosystem, const char *package, bool binary)
{
	uint8_t name[BOLT_FULL_NAME_MAX];

	return XXH3_64bits(name, bolt_full_name(ecosystem, package, binary, name));
}

uint64_t bolt_key_of_name(const char *name)
{
	char upper[256];
	size_t len = strnlen(name, sizeof(upper));

	for (size_t i = 0; i < len; i++)
		upper[i] = (char) toupper((unsigned char) name[i]);
	return XXH3_64bits_withSeed(upper, len, 1);
}

static int add_key(struct bolt_buf *keys, uint64_t key)
{
	return bolt_buf_add(keys, &key, sizeof(key));
}

static int compare_keys(const void *left, const void *right)
{
	uint64_t a, b;

	memcpy(&a, left, sizeof(a));
	memcpy(&b, right, sizeof(b));
	return (a > b) - (a < b);
}

/* Sorted, once each, and as they are stored. */
static void finish_keys(struct bolt_buf *keys)
{
	size_t len = keys->len / sizeof(uint64_t), kept = 0;
	uint64_t last = 0, key;

	if (len > 0)
		qsort(keys->data, len, sizeof(key), compare_keys);
	for (size_t i = 0; i < len; i++) {
		memcpy(&key, keys->data + i * sizeof(key), sizeof(key));
		if (kept > 0 && key == last)
			continue;
		last = key;
		bolt_put_u64le(keys->data + kept++ * sizeof(key), key);
	}
	keys->len = kept * sizeof(key);
}

size_t bolt_keys_of_package(const struct bolt_package *package, const struct bolt_os *os, uint64_t *keys)
{
	struct bolt_probe probes[BOLT_PROBES_MOST];
	size_t n = bolt_probes_of(package, os, probes);

	for (size_t i = 0; i < n; i++)
		keys[i] = bolt_key_of_package(probes[i].ecosystem, probes[i].package, probes[i].binary);
	return n;
}

int bolt_keys_pack(const struct bolt_report *report, const struct bolt_told *told, size_t told_len, struct bolt_memo *memo,
		   struct bolt_buf *keys)
{
	uint64_t found[BOLT_PROBES_MOST];
	int r = 0;

	for (size_t i = 0; r == 0 && i < report->packages_len; i++) {
		const struct bolt_package *package = &report->packages[i];
		size_t n = memo ? bolt_memo_keys(memo, bolt_memo_key_of(package, &report->os), package, &report->os, found)
				: bolt_keys_of_package(package, &report->os, found);

		for (size_t k = 0; r == 0 && k < n; k++)
			r = add_key(keys, found[k]);
	}
	for (size_t i = 0; r == 0 && i < told_len; i++) {
		r = add_key(keys, bolt_key_of_name(told[i].id));
		for (size_t k = 0; r == 0 && k < told[i].aliases.len; k++)
			r = add_key(keys, bolt_key_of_name(told[i].aliases.items[k]));
	}
	if (r == 0)
		finish_keys(keys);
	return r;
}

static int write_parts(int fd, const struct bolt_record_head *head, const struct bolt_buf *parts, size_t len)
{
	int r = bolt_write_all(fd, head, sizeof(*head));

	for (size_t i = 0; r == 0 && i < len; i++)
		r = bolt_write_all(fd, parts[i].data, parts[i].len);
	return r;
}

int bolt_record_write(int fd, const struct bolt_report *report, struct bolt_stamp stamp)
{
	const char *image = report->subject.digest ? report->subject.digest : report->subject.image_id;
	struct bolt_record_head head = { .stamp = stamp };
	struct bolt_buf parts[3] = { BOLT_BUF_INIT(BOLT_RECORD_PACKED_MAX), BOLT_BUF_INIT(BOLT_RECORD_PACKED_MAX),
				     BOLT_BUF_INIT(BOLT_RECORD_KEYS_MAX * sizeof(uint64_t)) };
	struct bolt_told *told = calloc(report->findings_len + 1, sizeof(*told));
	int r = told ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < report->findings_len; i++)
		told[i] = bolt_told_of(&report->findings[i], report);
	if (r == 0)
		r = bolt_record_pack(report, &parts[0]);
	if (r == 0)
		r = bolt_told_pack(told, report->findings_len, &parts[1]);
	if (r == 0)
		r = bolt_keys_pack(report, told, report->findings_len, NULL, &parts[2]);
	if (r == 0) {
		if (image && strlen(image) < sizeof(head.image))
			memcpy(head.image, image, strlen(image));
		head.record_bytes = (uint32_t) parts[0].len;
		head.told_bytes = (uint32_t) parts[1].len;
		head.keys_bytes = (uint32_t) parts[2].len;
		r = write_parts(fd, &head, parts, BOLT_ARRAY_LEN(parts));
	}
	for (size_t i = 0; i < BOLT_ARRAY_LEN(parts); i++)
		bolt_buf_done(&parts[i]);
	free(told);
	return r;
}

int bolt_record_take(struct bolt_cursor bytes, struct bolt_record *ret_record)
{
	struct bolt_record record;
	struct bolt_digest digest;
	const uint8_t *head;

	if (bytes.left == 0)
		return -ENODATA;
	if (bolt_take_bytes(&bytes, sizeof(record.head), &head) < 0)
		return -EBADMSG;
	memcpy(&record.head, head, sizeof(record.head));
	const struct bolt_record_head *h = &record.head;
	if (!memchr(h->image, '\0', sizeof(h->image)) || (h->image[0] && bolt_digest_parse(h->image, &digest, NULL) < 0) ||
	    h->record_bytes > BOLT_RECORD_PACKED_MAX || h->told_bytes > BOLT_RECORD_PACKED_MAX ||
	    h->keys_bytes > BOLT_RECORD_KEYS_MAX * sizeof(uint64_t) || h->keys_bytes % sizeof(uint64_t) != 0)
		return -EBADMSG;
	if (bolt_take_sub(&bytes, h->record_bytes, &record.record) < 0 || bolt_take_sub(&bytes, h->told_bytes, &record.told) < 0 ||
	    bolt_take_sub(&bytes, h->keys_bytes, &record.keys) < 0 || bytes.left > 0)
		return -EBADMSG;
	*ret_record = record;
	return 0;
}
