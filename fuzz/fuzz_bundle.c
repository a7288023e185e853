/* A bundle's content, as it is once decompressed, and any bytes as a bundle's header. Aborts when a promise of bundle_payload.h or
 * bundle_scores.h is broken: what is read and written again must be read as the same. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/bundle.h"
#include "advisory/bundle_payload.h"
#include "advisory/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

struct again {
	struct bolt_payload_sink sink; /* first */
	struct bolt_buf out;
	bool in_part;
};

static void must_be(bool promise)
{
	if (!promise)
		abort();
}

static int part(struct bolt_payload_sink *sink, const struct bolt_bundle_part *part, struct bolt_err *err)
{
	struct again *a = (struct again *) sink;

	(void) err;
	must_be(!a->in_part && part->name && *part->name && strlen(part->name) < BOLT_PART_NAME);
	must_be(part->dated_unix >= 0 && part->fetched_unix >= 0);
	a->in_part = true;
	return bolt_payload_part(&a->out, part);
}

static int record(struct bolt_payload_sink *sink, struct bolt_cursor canonical, struct bolt_err *err)
{
	struct again *a = (struct again *) sink;

	(void) err;
	must_be(a->in_part && canonical.left <= BOLT_RECORD_BYTES_MAX);
	return bolt_payload_record(&a->out, canonical.p ? canonical.p : (const uint8_t *) "", canonical.left);
}

static int gone(struct bolt_payload_sink *sink, const char *id, struct bolt_err *err)
{
	struct again *a = (struct again *) sink;

	(void) err;
	must_be(a->in_part && strlen(id) <= BOLT_RECORD_ID_MAX);
	return bolt_payload_gone(&a->out, id);
}

static int scores(struct bolt_payload_sink *sink, const struct bolt_rescore *scores, size_t len, struct bolt_err *err)
{
	struct again *a = (struct again *) sink;
	const struct bolt_score old[] = { { 1, 2, 3 }, { 5, 100000, 100000 }, { UINT64_C(2024) << 32 | 1, 10000, 50000 } };
	struct bolt_score *list = NULL;
	size_t list_len = 0;

	for (size_t i = 0; i < len; i++) {
		must_be(scores[i].kind < _BOLT_RESCORE_MAX && scores[i].score <= BOLT_SCORE_MAX);
		must_be(i == 0 || scores[i - 1].cve < scores[i].cve);
	}
	if (bolt_scores_change(old, BOLT_ARRAY_LEN(old), scores, len, &list, &list_len, err) == 0) {
		for (size_t i = 0; i < list_len; i++) {
			must_be(list[i].score <= BOLT_SCORE_MAX && list[i].percentile <= BOLT_SCORE_MAX);
			must_be(i == 0 || list[i - 1].cve < list[i].cve);
		}
		free(list);
	}
	return bolt_payload_scores(&a->out, scores, len);
}

static int kev(struct bolt_payload_sink *sink, const char *cve, const struct bolt_kev *kev, struct bolt_err *err)
{
	struct again *a = (struct again *) sink;

	(void) err;
	must_be(a->in_part && kev->known);
	return bolt_payload_kev(&a->out, cve, kev);
}

static int part_end(struct bolt_payload_sink *sink, struct bolt_err *err)
{
	struct again *a = (struct again *) sink;

	(void) err;
	must_be(a->in_part);
	a->in_part = false;
	return bolt_payload_part_end(&a->out);
}

static int read_again(const uint8_t *bytes, size_t n, size_t block, struct bolt_buf *out, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *reader = bolt_reader_memory(bytes, n, block);
	struct again a = { .sink = { part, record, gone, scores, kev, part_end }, .out = BOLT_BUF_INIT(64u << 20) };
	int r = reader ? bolt_payload_read(reader, &a.sink, err) : -ENOMEM;

	if (r == 0)
		r = bolt_payload_end(&a.out);
	*out = a.out;
	return r;
}

static void check_header(const uint8_t *bytes, size_t n)
{
	struct bolt_bundle_header header;
	uint8_t again[BOLT_BUNDLE_HEADER];
	struct bolt_err err = { .msg = "" };

	int r = bolt_bundle_header_take(bolt_cursor(bytes, n), &header, &err);
	must_be(r == 0 || (r == -EBADMSG && err.msg[0]));
	if (r < 0)
		return;
	bolt_bundle_header_put(&header, again);
	must_be(memcmp(again, bytes, sizeof(again)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct bolt_buf once, twice = BOLT_BUF_INIT(0);
	struct bolt_err err = { .msg = "" };

	check_header(bytes, n);
	int r = read_again(bytes, n, 61, &once, &err);
	must_be(r == 0 || r == -ENOMEM || err.msg[0]);
	if (r == 0) {
		r = read_again(once.data, once.len, 0, &twice, &err);
		must_be(r == -ENOMEM || (r == 0 && once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0));
	}
	bolt_buf_done(&once);
	bolt_buf_done(&twice);
	return 0;
}
