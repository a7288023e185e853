#include "advisory/bundle_payload.h"
#include "advisory/packing.h"

enum { FLAG_CONTENT = 1, FLAG_WHOLE = 2 };

static int put_tag(struct bolt_buf *buf, char tag)
{
	return bolt_buf_add(buf, &tag, 1);
}

int bolt_payload_part(struct bolt_buf *buf, const struct bolt_bundle_part *part)
{
	const char *const texts[] = { part->url, part->etag, part->last_modified, part->sha256 };
	const uint64_t numbers[] = { part->bytes, part->dated_unix > 0 ? (uint64_t) part->dated_unix : 0,
				     part->fetched_unix > 0 ? (uint64_t) part->fetched_unix : 0 };
	int r = put_tag(buf, 'P');

	if (r == 0)
		r = bolt_pack_text(buf, part->name);
	if (r == 0)
		r = bolt_pack_number(buf, (part->content ? FLAG_CONTENT : 0) | (part->whole ? FLAG_WHOLE : 0));
	for (size_t i = 0; r == 0 && i < BOLT_ARRAY_LEN(texts); i++)
		r = bolt_pack_text(buf, texts[i]);
	for (size_t i = 0; r == 0 && i < BOLT_ARRAY_LEN(numbers); i++)
		r = bolt_pack_number(buf, numbers[i]);
	return r;
}

int bolt_payload_record(struct bolt_buf *buf, const void *canonical, size_t n)
{
	int r = put_tag(buf, 'R');

	if (r == 0)
		r = bolt_pack_number(buf, n);
	return r == 0 ? bolt_buf_add(buf, canonical, n) : r;
}

int bolt_payload_gone(struct bolt_buf *buf, const char *id)
{
	int r = put_tag(buf, 'G');

	return r == 0 ? bolt_pack_text(buf, id) : r;
}

/* In columns, which compress better than rows: which CVEs, their scores, their ranks. */
int bolt_payload_scores(struct bolt_buf *buf, const struct bolt_rescore *scores, size_t len)
{
	uint64_t last = 0;
	int r = put_tag(buf, 'S');

	if (r == 0)
		r = bolt_pack_number(buf, len);
	for (size_t i = 0; r == 0 && i < len; i++) {
		r = bolt_pack_number(buf, (scores[i].cve - last) << 2 | scores[i].kind);
		last = scores[i].cve;
	}
	for (size_t i = 0; r == 0 && i < len; i++)
		r = scores[i].kind == BOLT_RESCORE_SCORE ? bolt_pack_number(buf, scores[i].score) : 0;
	for (size_t i = 0; r == 0 && i < len; i++) {
		int64_t residual = scores[i].residual;

		if (scores[i].kind != BOLT_RESCORE_GONE)
			r = bolt_pack_number(buf, residual < 0 ? (uint64_t) -residual * 2 - 1 : (uint64_t) residual * 2);
	}
	return r;
}

int bolt_payload_kev(struct bolt_buf *buf, const char *cve, const struct bolt_kev *kev)
{
	int r = put_tag(buf, 'K');

	if (r == 0)
		r = bolt_pack_text(buf, cve);
	if (r == 0)
		r = bolt_pack_text(buf, kev->added);
	if (r == 0)
		r = bolt_pack_text(buf, kev->due);
	return r == 0 ? bolt_pack_number(buf, kev->ransomware) : r;
}

int bolt_payload_part_end(struct bolt_buf *buf)
{
	return put_tag(buf, 'E');
}

int bolt_payload_end(struct bolt_buf *buf)
{
	return put_tag(buf, 'Z');
}
