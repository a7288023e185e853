#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/bundle_payload.h"
#include "advisory/limits.h"
#include "advisory/packing.h"

struct intake {
	struct bolt_reader *reader;
	struct bolt_cursor block; /* what is left of the reader's last one */
	struct bolt_buf record, texts;
	struct bolt_payload_sink *sink;
	struct bolt_err *err;
	bool in_part, has_content, has_scores;
};

static int damaged(struct intake *in)
{
	return bolt_err_set(in->err, -EBADMSG, "the bundle's content is damaged");
}

/* At least one byte in in->block. */
static int fill(struct intake *in)
{
	const uint8_t *block;

	if (in->block.left > 0)
		return 0;
	ssize_t n = bolt_read_next(in->reader, &block, in->err);
	if (n == 0)
		return bolt_err_set(in->err, -EBADMSG, "the bundle is cut off");
	if (n > 0)
		in->block = bolt_cursor(block, (size_t) n);
	return n < 0 ? (int) n : 0;
}

static int take_byte(struct intake *in, uint8_t *ret_byte)
{
	int r = fill(in);

	return r == 0 ? bolt_take_u8(&in->block, ret_byte) : r;
}

static int take_number(struct intake *in, uint64_t most, uint64_t *ret_value)
{
	uint8_t bytes[10];
	struct bolt_cursor c;
	size_t n = 0;
	int r;

	do {
		if (n == sizeof(bytes))
			return damaged(in);
		r = take_byte(in, &bytes[n]);
	} while (r == 0 && (bytes[n++] & 0x80));
	c = bolt_cursor(bytes, n);
	if (r == 0 && bolt_take_number(&c, most, ret_value) < 0)
		r = damaged(in);
	return r;
}

static int take_bytes(struct intake *in, uint64_t n)
{
	int r = 0;

	bolt_buf_clear(&in->record);
	while (r == 0 && in->record.len < n) {
		r = fill(in);
		if (r < 0)
			break;
		size_t wanted = (size_t) (n - in->record.len), take = in->block.left < wanted ? in->block.left : wanted;
		r = bolt_buf_add(&in->record, in->block.p, take);
		if (r == 0)
			r = bolt_skip(&in->block, take);
	}
	return r;
}

/* Behind the other texts of this item; *ret_at is where. */
static int take_text(struct intake *in, size_t most, size_t *ret_at)
{
	size_t start = in->texts.len;
	uint8_t byte;
	int r;

	do {
		r = take_byte(in, &byte);
		if (r == 0 && in->texts.len - start > most)
			r = damaged(in);
		if (r == 0)
			r = bolt_buf_add(&in->texts, &byte, 1);
	} while (r == 0 && byte);
	*ret_at = start;
	return r;
}

static const char *text_at(const struct intake *in, size_t at)
{
	return (const char *) in->texts.data + at;
}

static const char *optional_at(const struct intake *in, size_t at)
{
	return *text_at(in, at) ? text_at(in, at) : NULL;
}

static int take_part(struct intake *in)
{
	uint64_t flags, bytes, dated, fetched;
	size_t at[5];
	int r = take_text(in, BOLT_PART_NAME - 1, &at[0]);

	if (r == 0)
		r = take_number(in, 3, &flags);
	for (size_t i = 1; r == 0 && i < BOLT_ARRAY_LEN(at); i++)
		r = take_text(in, BOLT_RECORD_TEXT_MAX, &at[i]);
	if (r == 0)
		r = take_number(in, UINT64_MAX, &bytes);
	if (r == 0)
		r = take_number(in, INT64_MAX, &dated);
	if (r == 0)
		r = take_number(in, INT64_MAX, &fetched);
	if (r < 0)
		return r;
	const struct bolt_bundle_part part = {
		.name = text_at(in, at[0]),
		.content = flags & 1,
		.whole = flags & 2,
		.url = optional_at(in, at[1]),
		.etag = optional_at(in, at[2]),
		.last_modified = optional_at(in, at[3]),
		.sha256 = optional_at(in, at[4]),
		.bytes = bytes,
		.dated_unix = (int64_t) dated,
		.fetched_unix = (int64_t) fetched,
	};
	if (in->in_part || !*part.name)
		return damaged(in);
	in->in_part = true;
	in->has_content = part.content;
	in->has_scores = false;
	return in->sink->part(in->sink, &part, in->err);
}

static int take_record(struct intake *in)
{
	uint64_t n;
	int r = take_number(in, BOLT_RECORD_BYTES_MAX, &n);

	if (r == 0)
		r = take_bytes(in, n);
	return r == 0 ? in->sink->record(in->sink, bolt_cursor(in->record.data, in->record.len), in->err) : r;
}

static int take_gone(struct intake *in)
{
	size_t at;
	int r = take_text(in, BOLT_RECORD_ID_MAX, &at);

	return r == 0 ? in->sink->gone(in->sink, text_at(in, at), in->err) : r;
}

static int take_heads(struct intake *in, struct bolt_rescore *scores, size_t len)
{
	uint64_t last = 0, head;
	int r = 0;

	for (size_t i = 0; r == 0 && i < len; i++) {
		r = take_number(in, UINT64_MAX, &head);
		if (r == 0 && ((head & 3) >= _BOLT_RESCORE_MAX || (head >> 2) > UINT64_MAX / 4 - last || (i > 0 && head >> 2 == 0)))
			r = damaged(in);
		if (r < 0)
			break;
		scores[i].kind = head & 3;
		scores[i].cve = last += head >> 2;
	}
	return r;
}

static int take_columns(struct intake *in, struct bolt_rescore *scores, size_t len)
{
	uint64_t value;
	int r = take_heads(in, scores, len);

	for (size_t i = 0; r == 0 && i < len; i++) {
		if (scores[i].kind != BOLT_RESCORE_SCORE)
			continue;
		r = take_number(in, BOLT_SCORE_MAX, &value);
		scores[i].score = r == 0 ? (uint32_t) value : 0;
	}
	for (size_t i = 0; r == 0 && i < len; i++) {
		if (scores[i].kind == BOLT_RESCORE_GONE)
			continue;
		r = take_number(in, 2 * BOLT_SCORE_MAX, &value);
		if (r == 0)
			scores[i].residual = value & 1 ? -(int32_t) ((value + 1) / 2) : (int32_t) (value / 2);
	}
	return r;
}

static int take_scores(struct intake *in)
{
	uint64_t len;
	int r = take_number(in, BOLT_PART_SCORES_MAX, &len);

	if (r < 0)
		return r;
	if (in->has_scores)
		return damaged(in);
	in->has_scores = true;
	struct bolt_rescore *scores = calloc(len + 1, sizeof(*scores));
	r = scores ? take_columns(in, scores, len) : -ENOMEM;
	if (r == 0)
		r = in->sink->scores(in->sink, scores, len, in->err);
	free(scores);
	return r;
}

static int take_kev(struct intake *in)
{
	struct bolt_kev kev = { .known = true };
	size_t cve, added, due;
	uint64_t ransomware;
	int r = take_text(in, BOLT_RECORD_ID_MAX, &cve);

	if (r == 0)
		r = take_text(in, 32, &added);
	if (r == 0)
		r = take_text(in, 32, &due);
	if (r == 0)
		r = take_number(in, 1, &ransomware);
	if (r < 0)
		return r;
	kev.added = optional_at(in, added);
	kev.due = optional_at(in, due);
	kev.ransomware = ransomware;
	return in->sink->kev(in->sink, text_at(in, cve), &kev, in->err);
}

static int take_part_end(struct intake *in)
{
	in->in_part = in->has_content = false;
	return in->sink->part_end(in->sink, in->err);
}

static const struct {
	uint8_t tag;
	bool in_part, content; /* may only stand in a part, with content */
	int (*take)(struct intake *in);
} items[] = {
	{ 'P', false, false, take_part }, { 'R', true, true, take_record }, { 'G', true, true, take_gone },
	{ 'S', true, true, take_scores }, { 'K', true, true, take_kev },    { 'E', true, false, take_part_end },
};

static int take_item(struct intake *in, uint8_t tag)
{
	for (size_t i = 0; i < BOLT_ARRAY_LEN(items); i++) {
		if (items[i].tag != tag)
			continue;
		if (items[i].in_part != in->in_part || (items[i].content && !in->has_content))
			return damaged(in);
		bolt_buf_clear(&in->texts);
		return items[i].take(in);
	}
	return damaged(in);
}

/* Nothing may follow. */
static int take_end(struct intake *in)
{
	const uint8_t *block;

	if (in->in_part || in->block.left > 0)
		return damaged(in);
	ssize_t n = bolt_read_next(in->reader, &block, in->err);
	return n > 0 ? damaged(in) : (int) n;
}

int bolt_payload_read(struct bolt_reader *reader, struct bolt_payload_sink *sink, struct bolt_err *err)
{
	struct intake in = {
		.reader = reader,
		.sink = sink,
		.err = err,
		.record = BOLT_BUF_INIT(BOLT_RECORD_BYTES_MAX + 1),
		.texts = BOLT_BUF_INIT(8 * (BOLT_RECORD_TEXT_MAX + 1)),
	};
	uint8_t tag = 0;
	int r;

	do {
		r = take_byte(&in, &tag);
		if (r == 0)
			r = tag == 'Z' ? take_end(&in) : take_item(&in, tag);
	} while (r == 0 && tag != 'Z');
	bolt_buf_done(&in.record);
	bolt_buf_done(&in.texts);
	return r;
}
