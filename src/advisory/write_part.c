#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "advisory/ecosystem.h"
#include "advisory/limits.h"
#include "advisory/record.h"
#include "advisory/write_private.h"
#include "core/grow.h"
#include "core/text.h"

const char *bolt_part_outcome_text(enum bolt_part_outcome outcome)
{
	static const char *const texts[] = {
		[BOLT_PART_UNCHANGED] = "unchanged",
		[BOLT_PART_NEW] = "new",
		[BOLT_PART_UPDATED] = "updated",
		[BOLT_PART_REFUSED] = "refused",
	};

	return texts[outcome];
}

void bolt_part_run_free(struct bolt_part_run *run)
{
	if (!run)
		return;
	bolt_arena_free(run->arena);
	free(run->incoming);
	free(run->table);
	free(run->removed_ids);
	free(run->scores);
	free(run->kev);
	free(run);
}

static struct bolt_part_run *run_of(struct bolt_feed_sink *sink)
{
	return (struct bolt_part_run *) sink; /* it comes first */
}

/* The sink's functions. What fails in them is ours, not the feed's: nothing works afterwards. */
static int broken(struct bolt_part_run *run, int r, struct bolt_err *err)
{
	if (r < 0)
		run->writer->failed = r;
	return r < 0 ? bolt_err_wrap(err, r, "cannot keep what was read") : r;
}

static int take_damaged(struct bolt_feed_sink *sink, const char *where, const char *why, struct bolt_err *err)
{
	struct bolt_part_run *run = run_of(sink);

	(void) err;
	if (run->damaged++ == 0)
		(void) snprintf(run->first_damaged, sizeof(run->first_damaged), "%.100s: %.150s", where ? where : "?",
				why ? why : "damaged");
	return 0;
}

static void take_date(struct bolt_feed_sink *sink, int64_t unix_seconds)
{
	struct bolt_part_run *run = run_of(sink);

	if (unix_seconds > run->dated_unix)
		run->dated_unix = unix_seconds;
}

static void place(struct bolt_part_run *run, uint32_t index)
{
	size_t at = run->incoming[index].hash & run->table_mask;

	while (run->table[at])
		at = (at + 1) & run->table_mask;
	run->table[at] = index + 1;
}

static int make_room(struct bolt_part_run *run)
{
	int r = bolt_grow(&run->incoming, run->incoming_len, &run->incoming_room, sizeof(*run->incoming));

	if (r < 0 || (run->table && run->incoming_len < (run->table_mask + 1) / 2))
		return r;
	size_t mask = run->table ? run->table_mask * 2 + 1 : 1023;
	uint32_t *table = calloc(mask + 1, sizeof(*table));
	if (!table)
		return -ENOMEM;
	free(run->table);
	run->table = table;
	run->table_mask = mask;
	for (uint32_t i = 0; i < run->incoming_len; i++)
		place(run, i);
	return 0;
}

static struct bolt_incoming *find_incoming(struct bolt_part_run *run, const char *id, uint64_t hash)
{
	for (size_t at = hash & run->table_mask; run->table && run->table[at]; at = (at + 1) & run->table_mask) {
		struct bolt_incoming *in = &run->incoming[run->table[at] - 1];

		if (in->hash == hash && strcmp(in->id, id) == 0)
			return in;
	}
	return NULL;
}

/* A new one, with the number that the database has for its id. */
static int add_incoming(struct bolt_part_run *run, const char *id, uint64_t hash, struct bolt_incoming **ret_in,
			struct bolt_err *err)
{
	struct bolt_slot *slot;
	int r = run->incoming_len < BOLT_PART_RECORDS_MAX ? make_room(run) : -E2BIG;

	if (r < 0)
		return r;
	struct bolt_incoming in = { .id = bolt_arena_strdup(run->arena, id), .hash = hash, .number = BOLT_INCOMING_NEW };
	if (!in.id)
		return -ENOMEM;
	r = run->known ? bolt_writer_slot(run->writer, hash, run->state.number, id, &slot, err) : -ENOENT;
	if (r < 0 && r != -ENOENT)
		return r;
	if (r == 0) {
		slot->seen = true;
		in.number = slot->number;
	}
	run->incoming[run->incoming_len] = in;
	place(run, (uint32_t) run->incoming_len);
	*ret_in = &run->incoming[run->incoming_len++];
	return 0;
}

/* Into the spool, unless it is what the database has. */
static int keep(struct bolt_part_run *run, struct bolt_incoming *in, struct bolt_err *err)
{
	struct bolt_writer *w = run->writer;
	XXH128_hash_t hash = XXH3_128bits(w->record.data, w->record.len);
	XXH128_canonical_t canonical;
	struct bolt_stored stored;
	uint8_t head[8];

	XXH128_canonicalFromHash(&canonical, hash);
	in->item = 0;
	if (in->number != BOLT_INCOMING_NEW) {
		int r = bolt_writer_stored(w, in->number, &stored, err);

		if (r < 0)
			return r;
		if (memcmp(stored.hash, canonical.digest, sizeof(stored.hash)) == 0)
			return 0;
	}
	in->item = ++run->items;
	bolt_put_u32le(head, (uint32_t) (in - run->incoming));
	bolt_put_u32le(head + 4, (uint32_t) w->record.len);
	int r = bolt_spool_add(&w->spool, head, sizeof(head));
	if (r == 0)
		r = bolt_spool_add(&w->spool, canonical.digest, sizeof(canonical.digest));
	return r == 0 ? bolt_spool_add(&w->spool, w->record.data, w->record.len) : r;
}

/* Every package must be one that can be written later, when it is too late to leave the record out. */
static int check_packages(const struct bolt_advisory *advisory, struct bolt_err *err)
{
	for (size_t i = 0; i < advisory->affected_len; i++) {
		if (!bolt_ecosystem_find(advisory->affected[i].ecosystem))
			return bolt_err_set(err, -EBADMSG, "no ecosystem '%.80s' is known", advisory->affected[i].ecosystem);
	}
	return 0;
}

static int take_advisory(struct bolt_feed_sink *sink, const struct bolt_advisory *advisory, struct bolt_err *err)
{
	struct bolt_part_run *run = run_of(sink);
	struct bolt_err why = { .msg = "" };
	struct bolt_incoming *in;

	bolt_buf_clear(&run->writer->record);
	int r = bolt_record_encode(advisory, &run->writer->record, &why);
	if (r == 0)
		r = check_packages(advisory, &why);
	if (r == -EBADMSG || r == -E2BIG)
		return take_damaged(sink, advisory->id, r == -E2BIG ? "too long" : why.msg, err);
	if (r < 0)
		return broken(run, r, err);
	uint64_t hash = bolt_index_hash(run->known ? run->state.number : UINT16_MAX, advisory->id);
	in = find_incoming(run, advisory->id, hash);
	if (in) {
		run->duplicates++;
		if (advisory->modified_unix <= in->modified_unix)
			return 0;
	} else {
		r = add_incoming(run, advisory->id, hash, &in, err);
		if (r == -E2BIG)
			return bolt_err_set(err, r, "more than %u records in one part", BOLT_PART_RECORDS_MAX);
	}
	if (r == 0) {
		in->modified_unix = advisory->modified_unix;
		if (advisory->modified_unix > run->newest_unix)
			run->newest_unix = advisory->modified_unix;
		r = keep(run, in, err);
	}
	return broken(run, r, err);
}

static int take_score(struct bolt_feed_sink *sink, const char *cve, uint32_t score, uint32_t percentile, struct bolt_err *err)
{
	struct bolt_part_run *run = run_of(sink);
	struct bolt_score one = { .score = score, .percentile = percentile };

	if (bolt_cve_number(cve, &one.cve) < 0 || score > 100000 || percentile > 100000)
		return take_damaged(sink, cve, "not a score of a CVE", err);
	if (run->scores_len == BOLT_PART_SCORES_MAX)
		return bolt_err_set(err, -E2BIG, "more than %u scores", BOLT_PART_SCORES_MAX);
	int r = bolt_grow(&run->scores, run->scores_len, &run->scores_room, sizeof(*run->scores));
	if (r == 0)
		run->scores[run->scores_len++] = one;
	return broken(run, r, err);
}

static int take_kev(struct bolt_feed_sink *sink, const char *cve, const struct bolt_kev *kev, struct bolt_err *err)
{
	struct bolt_part_run *run = run_of(sink);
	const char *added = kev->added ? kev->added : "", *due = kev->due ? kev->due : "";
	uint64_t number;

	if (bolt_cve_number(cve, &number) < 0 || strlen(added) > 32 || strlen(due) > 32)
		return take_damaged(sink, cve, "not an entry for a CVE", err);
	if (run->kev_len == BOLT_PART_SCORES_MAX)
		return bolt_err_set(err, -E2BIG, "more than %u entries", BOLT_PART_SCORES_MAX);
	int r = bolt_grow(&run->kev, run->kev_len, &run->kev_room, sizeof(*run->kev));
	if (r == 0) {
		struct bolt_incoming_kev *one = &run->kev[run->kev_len];

		bolt_key_id(cve, &one->cve);
		one->added = bolt_arena_strdup(run->arena, added);
		one->due = bolt_arena_strdup(run->arena, due);
		one->ransomware = kev->ransomware;
		r = one->added && one->due ? 0 : -ENOMEM;
		run->kev_len += r == 0;
	}
	return broken(run, r, err);
}

/* [A-Za-z0-9._+:-], words separated by single '/'. */
static bool is_part_name(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+:-";

	if (strlen(name) >= BOLT_PART_NAME)
		return false;
	for (;;) {
		size_t len = strspn(name, letters);

		if (len == 0 || (name[len] && name[len] != '/'))
			return false;
		if (!name[len])
			return true;
		name += len + 1;
	}
}

int bolt_writer_has(struct bolt_writer *w, const char *part, struct bolt_err *err)
{
	struct bolt_cursor value;
	int r = bolt_writer_get(w, BOLT_TABLE_PART, part, strlen(part), &value, err);

	return r == -ENOENT ? 0 : r < 0 ? r : 1;
}

static int load_state(struct bolt_part_run *run, struct bolt_err *err)
{
	struct bolt_cursor value;
	int r = bolt_writer_get(run->writer, BOLT_TABLE_PART, run->part, strlen(run->part), &value, err);

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	/* The texts are copied: the map is written to before the state is looked at again. */
	uint8_t *bytes = bolt_arena_alloc(run->arena, value.left);
	if (!bytes)
		return -ENOMEM;
	memcpy(bytes, value.p, value.left);
	if (bolt_part_state_take(bolt_cursor(bytes, value.left), &run->state, &run->dictionary) < 0)
		return bolt_writer_fail(run->writer, MDB_CORRUPTED, "a part's state is damaged", err);
	run->known = true;
	return 0;
}

static void forget_seen(struct bolt_writer *w)
{
	for (size_t i = 0; w->index.slots && i <= w->index.mask; i++)
		w->index.slots[i].seen = false;
}

int bolt_writer_begin(struct bolt_writer *w, const char *part, bool whole, struct bolt_feed_sink **ret_sink, struct bolt_err *err)
{
	if (!is_part_name(part))
		return bolt_err_set(err, -EINVAL, "'%.80s' is not a name of a part", part);
	bolt_part_run_free(w->run);
	struct bolt_part_run *run = w->run = calloc(1, sizeof(*run));
	if (!run)
		return -ENOMEM;
	run->sink = (struct bolt_feed_sink){ take_advisory, take_score, take_kev, take_damaged, take_date };
	run->writer = w;
	run->whole = whole;
	(void) snprintf(run->part, sizeof(run->part), "%s", part);
	run->arena = bolt_arena_new(SIZE_MAX / 2); /* bounded by the records of a part, and by the process's limit */
	int r = run->arena ? load_state(run, err) : -ENOMEM;
	if (r == 0) {
		r = bolt_spool_clear(&w->spool);
		if (r < 0)
			(void) bolt_err_set(err, r, "cannot empty the file beside the database");
	}
	if (r < 0)
		return r;
	forget_seen(w);
	*ret_sink = &run->sink;
	return 0;
}

int bolt_writer_remove(struct bolt_writer *w, const char *id)
{
	struct bolt_part_run *run = w->run;
	char *copy = bolt_arena_strdup(run->arena, id);
	int r = copy ? bolt_grow(&run->removed_ids, run->removed_ids_len, &run->removed_ids_room, sizeof(copy)) : -ENOMEM;

	if (r == 0)
		run->removed_ids[run->removed_ids_len++] = copy;
	return r;
}

/* How many there are in the part now, if it is taken. */
static uint64_t count(const struct bolt_part_run *run)
{
	return run->incoming_len + run->scores_len + run->kev_len;
}

uint64_t bolt_writer_taken(const struct bolt_writer *w)
{
	return w->run ? count(w->run) + w->run->duplicates : 0;
}

/* Why this may not be a part as its publisher has it, or false. */
static bool is_suspect(const struct bolt_part_run *run, int r, const struct bolt_err *why, char *reason, size_t room)
{
	uint64_t now = count(run), before = run->state.advisories, all = now + run->damaged;

	if (r < 0) {
		(void) snprintf(reason, room, "%s", bolt_err_text(why, r));
		return true;
	}
	if (run->damaged > BOLT_PART_DAMAGED_FEW && run->damaged > all / BOLT_PART_DAMAGED_SHARE) {
		(void) snprintf(reason, room, "%llu of %llu records are damaged, the first: %s", (unsigned long long) run->damaged,
				(unsigned long long) all, run->first_damaged);
		return true;
	}
	if (run->whole && !run->writer->options.allow_shrink && before >= BOLT_PART_SHRINK_LEAST && now < before - before / 3) {
		(void) snprintf(reason, room, "only %llu records, where there were %llu: take them with --allow-shrink",
				(unsigned long long) now, (unsigned long long) before);
		return true;
	}
	return false;
}

static uint16_t free_number(struct bolt_writer *w, struct bolt_err *err)
{
	uint8_t used[BOLT_PARTS_MAX + 1] = { 0 };
	struct bolt_part_state state;
	uint8_t dictionary;
	MDB_cursor *cursor;
	MDB_val key, value;

	if (mdb_cursor_open(w->txn, w->tables[BOLT_TABLE_PART], &cursor) != 0)
		return 0;
	while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
		if (bolt_part_state_take(bolt_cursor(value.mv_data, value.mv_size), &state, &dictionary) == 0 &&
		    state.number <= BOLT_PARTS_MAX)
			used[state.number] = 1;
	}
	mdb_cursor_close(cursor);
	for (uint16_t i = 1; i <= BOLT_PARTS_MAX; i++) {
		if (!used[i])
			return i;
	}
	(void) bolt_err_set(err, -E2BIG, "more than %u parts", BOLT_PARTS_MAX);
	return 0;
}

static int save_state(struct bolt_part_run *run, const struct bolt_part_source *source, bool changed, struct bolt_err *err)
{
	struct bolt_writer *w = run->writer;
	struct bolt_part_state state = run->state;

	state.part = run->part;
	state.advisories = run->whole ? count(run) : run->state.advisories + run->added - run->removed;
	state.damaged = run->damaged + (run->whole ? 0 : run->state.damaged);
	if (changed)
		state.generation = w->generation + 1;
	state.dated_unix = run->dated_unix ? run->dated_unix : run->newest_unix;
	if (state.dated_unix == 0 || (!run->whole && run->state.dated_unix > state.dated_unix))
		state.dated_unix = run->state.dated_unix;
	state.fetched_unix = source->fetched_unix ? source->fetched_unix : w->options.now_unix;
	state.url = source->url;
	state.etag = source->etag;
	state.last_modified = source->last_modified;
	state.sha256 = source->sha256;
	state.bytes = source->bytes;
	run->state.advisories = state.advisories;
	bolt_buf_clear(&w->value);
	int r = bolt_part_state_put(&w->value, &state, run->dictionary);
	return r < 0 ? r : bolt_writer_put(w, BOLT_TABLE_PART, run->part, strlen(run->part), w->value.data, w->value.len, err);
}

static int take_part(struct bolt_part_run *run, const struct bolt_part_source *source, struct bolt_part_result *result,
		     struct bolt_err *err)
{
	struct bolt_writer *w = run->writer;
	int r = 0;

	if (!run->known) {
		run->state.number = free_number(w, err);
		if (run->state.number == 0)
			return err && err->msg[0] ? -E2BIG : -ENOMEM;
	}
	if (run->scores_len > 0)
		r = bolt_apply_scores(run, err);
	if (r == 0 && run->kev_len > 0)
		r = bolt_apply_kev(run, err);
	if (r == 0)
		r = bolt_apply_records(run, err);
	bool changed = run->added + run->changed + run->removed > 0;
	if (r == 0)
		r = save_state(run, source, changed, err);
	if (r == 0)
		r = bolt_writer_breathe(w, true, err);
	w->changed |= changed || !run->known;
	result->outcome = !run->known ? BOLT_PART_NEW : changed ? BOLT_PART_UPDATED : BOLT_PART_UNCHANGED;
	result->added = run->added;
	result->changed = run->changed;
	result->removed = run->removed;
	result->records = run->state.advisories;
	return r;
}

int bolt_writer_end(struct bolt_writer *w, int read_result, const struct bolt_err *why, const struct bolt_part_source *source,
		    struct bolt_part_result *ret_result, struct bolt_err *err)
{
	struct bolt_part_run *run = w->run;
	struct bolt_part_result result = { .damaged = run->damaged, .duplicates = run->duplicates };
	int r = 0;

	if (w->failed < 0)
		return bolt_err_set(err, w->failed, "%s", bolt_err_text(why, w->failed));
	(void) snprintf(result.part, sizeof(result.part), "%s", run->part);
	if (is_suspect(run, read_result, why, result.reason, sizeof(result.reason))) {
		result.outcome = BOLT_PART_REFUSED;
		result.records = run->state.advisories;
	} else {
		(void) snprintf(result.reason, sizeof(result.reason), "%s", run->first_damaged);
		r = take_part(run, source, &result, err);
	}
	bolt_text_clean(result.reason);
	bolt_part_run_free(run);
	w->run = NULL;
	if (r < 0) {
		w->failed = r;
		return bolt_err_wrap(err, r, "%s", result.part);
	}
	*ret_result = result;
	return 0;
}
