#include "advisory/bundle_apply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/bundle_payload.h"
#include "advisory/limits.h"
#include "advisory/record.h"
#include "advisory/write_private.h"

struct applying {
	struct bolt_payload_sink sink; /* first: the sink is it */
	const struct bolt_bundle_apply *apply;
	struct bolt_writer *writer;
	struct bolt_copied base; /* what this database is a copy of; generation 0: of nothing */
	struct bolt_feed_sink *records;
	struct bolt_part_source source;
	char part[BOLT_PART_NAME];
	bool skip;  /* its state is not taken: it was changed here */
	bool whole; /* content */
};

static struct applying *applying_of(struct bolt_payload_sink *sink)
{
	return (struct applying *) sink; /* it comes first */
}

static bool is_difference(const struct applying *a)
{
	return a->apply->header->kind == BOLT_BUNDLE_DIFFERENCE;
}

/* *ret_generation: that last changed the part here; 0: it is not here. */
static int part_generation(struct applying *a, const char *name, uint64_t *ret_generation, struct bolt_err *err)
{
	struct bolt_part_state state;
	struct bolt_cursor value;
	uint8_t dictionary;
	int r = bolt_writer_get(a->writer, BOLT_TABLE_PART, name, strlen(name), &value, err);

	*ret_generation = 0;
	if (r == -ENOENT)
		return 0;
	if (r == 0 && bolt_part_state_take(value, &state, &dictionary) < 0)
		r = bolt_writer_fail(a->writer, MDB_CORRUPTED, "a part's state is damaged", err);
	if (r == 0)
		*ret_generation = state.generation;
	return r;
}

static int begin_part(struct bolt_payload_sink *sink, const struct bolt_bundle_part *part, struct bolt_err *err)
{
	struct applying *a = applying_of(sink);
	bool list = strcmp(part->name, "epss") == 0 || strcmp(part->name, "kev") == 0;
	uint64_t generation;
	int r = part_generation(a, part->name, &generation, err);

	if (r < 0)
		return r;
	if (part->content && part->whole == is_difference(a))
		return bolt_err_set(err, -EBADMSG, "the bundle's content is damaged");
	bool changed_here = is_difference(a) && generation > a->base.here;
	if (changed_here && part->content)
		return bolt_err_set(err, -ESTALE,
				    "'%s' was changed here since the last bundle, so a difference does not fit: take a full bundle",
				    part->name);
	a->whole = part->content && (part->whole || list);
	a->skip = !part->content && changed_here;
	(void) snprintf(a->part, sizeof(a->part), "%s", part->name);
	if (a->skip)
		return 0;
	r = bolt_writer_begin(a->writer, part->name, a->whole, &a->records, err);
	if (r < 0)
		return r;
	struct bolt_arena *arena = a->writer->run->arena; /* it lives as long as the part is read */
	const struct {
		const char *from;
		const char **to;
	} texts[] = {
		{ part->url, &a->source.url },
		{ part->etag, &a->source.etag },
		{ part->last_modified, &a->source.last_modified },
		{ part->sha256, &a->source.sha256 },
	};
	for (size_t i = 0; i < BOLT_ARRAY_LEN(texts); i++) {
		*texts[i].to = texts[i].from ? bolt_arena_strdup(arena, texts[i].from) : NULL;
		if (texts[i].from && !*texts[i].to)
			return -ENOMEM;
	}
	a->source.bytes = part->bytes;
	a->source.fetched_unix = part->fetched_unix;
	if (part->dated_unix > 0)
		a->records->dated(a->records, part->dated_unix);
	return 0;
}

static int put_record(struct bolt_payload_sink *sink, struct bolt_cursor canonical, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_arena_freep) struct bolt_arena *arena = bolt_arena_new(BOLT_ADVISORY_ARENA_MAX);
	struct applying *a = applying_of(sink);
	struct bolt_advisory advisory;
	int r = arena ? bolt_record_decode(canonical, true, arena, &advisory) : -ENOMEM;

	if (r < 0)
		return bolt_err_set(err, r, r == -ENOMEM ? "out of memory" : "a record of the bundle is damaged");
	return a->records->advisory(a->records, &advisory, err);
}

static int put_gone(struct bolt_payload_sink *sink, const char *id, struct bolt_err *err)
{
	struct applying *a = applying_of(sink);

	(void) err;
	return bolt_writer_remove(a->writer, id);
}

/* The list that is here, with the changes. */
static int put_scores(struct bolt_payload_sink *sink, const struct bolt_rescore *changes, size_t len, struct bolt_err *err)
{
	struct applying *a = applying_of(sink);
	struct bolt_cursor value = bolt_cursor("", 0);
	struct bolt_score *old, *new = NULL;
	size_t old_len, new_len = 0;
	char cve[32];

	if (strcmp(a->part, "epss") != 0)
		return bolt_err_set(err, -EBADMSG, "the bundle's content is damaged");
	int r = is_difference(a) ? bolt_writer_get(a->writer, BOLT_TABLE_SCORE, "epss", strlen("epss"), &value, err) : 0;
	if (r == 0 || r == -ENOENT)
		r = bolt_scores_take(value, &old, &old_len);
	if (r < 0)
		return r;
	r = bolt_scores_change(old, old_len, changes, len, &new, &new_len, err);
	free(old);
	for (size_t i = 0; r == 0 && i < new_len; i++) {
		(void) snprintf(cve, sizeof(cve), "CVE-%04u-%04u", (unsigned) (new[i].cve >> 32), (unsigned) new[i].cve);
		r = a->records->epss(a->records, cve, new[i].score, new[i].percentile, err);
	}
	free(new);
	return r;
}

static int put_kev(struct bolt_payload_sink *sink, const char *cve, const struct bolt_kev *kev, struct bolt_err *err)
{
	struct applying *a = applying_of(sink);

	if (strcmp(a->part, "kev") != 0)
		return bolt_err_set(err, -EBADMSG, "the bundle's content is damaged");
	return a->records->kev(a->records, cve, kev, err);
}

/* What leaves something out of a bundle does not make the same database. */
static int end_part(struct bolt_payload_sink *sink, struct bolt_err *err)
{
	struct applying *a = applying_of(sink);
	struct bolt_part_result result;

	if (a->skip)
		return 0;
	int r = bolt_writer_end(a->writer, 0, NULL, &a->source, &result, err);
	if (r < 0)
		return r;
	if (result.outcome == BOLT_PART_REFUSED || result.damaged > 0)
		return bolt_err_set(err, -EBADMSG, "%s: %s", result.part, result.reason);
	return a->apply->part(a->apply->context, &result);
}

static int read_base(struct applying *a, struct bolt_err *err)
{
	struct bolt_writer *w = a->writer;
	struct bolt_cursor value;
	uint8_t key[9];
	int r = bolt_writer_get(w, BOLT_TABLE_META, BOLT_META_COPIED, strlen(BOLT_META_COPIED), &value, err);

	if (r == 0)
		return bolt_copied_take(value, &a->base) < 0 ? bolt_writer_fail(w, MDB_CORRUPTED, "damaged", err) : 0;
	if (r != -ENOENT || w->generation == 0)
		return r == -ENOENT ? 0 : r;
	bolt_put_u64be(key, w->generation);
	key[8] = 'm';
	r = bolt_writer_get(w, BOLT_TABLE_CHANGE, key, sizeof(key), &value, err);
	if (r < 0 && r != -ENOENT)
		return r;
	if (r == 0 && bolt_take_u64le(&value, &a->base.mark) < 0)
		return bolt_writer_fail(w, MDB_CORRUPTED, "damaged", err);
	a->base.generation = a->base.here = w->generation;
	return 0;
}

static int check_base(struct applying *a, struct bolt_err *err)
{
	const struct bolt_bundle_header *h = a->apply->header;
	const unsigned long long from = h->from_generation, here = a->base.generation;

	if (!is_difference(a))
		return 0;
	if (here == 0)
		return bolt_err_set(err, -ESTALE,
				    "the difference is to generation %llu, and there is no database yet: take a full bundle", from);
	if (here != from)
		return bolt_err_set(err, -ESTALE,
				    "the difference is to generation %llu, and the database here has generation %llu: take "
				    "the difference to that, or a full bundle",
				    from, here);
	if (a->base.mark != h->from_mark)
		return bolt_err_set(err, -ESTALE,
				    "the difference is to generation %llu of another database than the one whose generation %llu "
				    "is here: take a "
				    "full bundle",
				    from, here);
	return 0;
}

static int note_copied(struct applying *a, struct bolt_err *err)
{
	const struct bolt_bundle_header *h = a->apply->header;
	struct bolt_writer *w = a->writer;
	const struct bolt_copied copied = { h->to_generation, h->to_mark, w->generation + (w->changed ? 1 : 0) };
	uint8_t bytes[BOLT_COPIED_BYTES];

	bolt_copied_put(bytes, &copied);
	return bolt_writer_put(w, BOLT_TABLE_META, BOLT_META_COPIED, strlen(BOLT_META_COPIED), bytes, sizeof(bytes), err);
}

int bolt_bundle_apply(const struct bolt_bundle_apply *apply, struct bolt_reader *plain, struct bolt_err *err)
{
	struct applying *a = calloc(1, sizeof(*a));

	if (!a)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	a->sink = (struct bolt_payload_sink){ begin_part, put_record, put_gone, put_scores, put_kev, end_part };
	a->apply = apply;
	a->writer = apply->writer;
	int r = read_base(a, err);
	if (r == 0)
		r = check_base(a, err);
	if (r == 0) {
		bolt_writer_adopt(apply->writer, apply->header->to_generation, apply->header->to_mark);
		r = bolt_payload_read(plain, &a->sink, err);
	}
	if (r == 0)
		r = note_copied(a, err);
	free(a);
	return r;
}
