#include "scan/rejudge.h"

#include <errno.h>
#include <string.h>

#include "advisory/ecosystem.h"
#include "detect/vulnerability.h"

struct work {
	struct bolt_rejudgement *j;
	bool *selected;             /* by package */
	struct bolt_package *asked; /* those the memo does not know */
	uint32_t *asked_of;         /* their indexes in the report */
	size_t asked_len, now_room;
};

static bool is_touched(const struct bolt_rejudgement *j, const struct bolt_package *package)
{
	uint64_t keys[BOLT_PROBES_MOST];
	const struct bolt_os *os = &j->report->os;
	size_t n = bolt_memo_keys(j->memo, bolt_memo_key_of(package, os), package, os, keys);

	for (size_t i = 0; i < n; i++) {
		if (bolt_touched_at(j->touched, keys[i]) > j->after)
			return true;
	}
	return false;
}

static bool has_touched_name(const struct bolt_rejudgement *j, const struct bolt_told *told)
{
	bool touched = bolt_touched_at(j->touched, bolt_key_of_name(told->id)) > j->after;

	for (size_t i = 0; !touched && i < told->aliases.len; i++)
		touched = bolt_touched_at(j->touched, bolt_key_of_name(told->aliases.items[i])) > j->after;
	return touched;
}

/* By its own advisories, or by what others say of a vulnerability it has: a rating of it, that it is exploited. */
static void select_packages(struct work *w, const struct bolt_told *told, size_t told_len)
{
	struct bolt_rejudgement *j = w->j;

	for (size_t i = 0; i < j->report->packages_len; i++)
		w->selected[i] = j->after == 0 || is_touched(j, &j->report->packages[i]);
	for (size_t i = 0; j->after > 0 && i < told_len; i++)
		w->selected[told[i].package] |= has_touched_name(j, &told[i]);
	for (size_t i = 0; i < j->report->packages_len; i++)
		j->judged += w->selected[i];
}

static int add_now(struct work *w, const struct bolt_told *told, size_t len, uint32_t package)
{
	struct bolt_rejudgement *j = w->j;

	if (w->now_room - j->now_len < len) {
		size_t room = (j->now_len + len) * 2 + 64;
		struct bolt_told *larger = bolt_arena_alloc(j->report->arena, room * sizeof(*larger));

		if (!larger)
			return -ENOMEM;
		if (j->now_len > 0)
			memcpy(larger, j->now, j->now_len * sizeof(*larger));
		j->now = larger;
		w->now_room = room;
	}
	for (size_t i = 0; i < len; i++) {
		j->now[j->now_len] = told[i];
		j->now[j->now_len++].package = package;
	}
	return 0;
}

static int ask_memo(struct work *w)
{
	struct bolt_rejudgement *j = w->j;
	const struct bolt_told *known;
	size_t len;
	int r = 0;

	for (size_t i = 0; r == 0 && i < j->report->packages_len; i++) {
		const struct bolt_package *package = &j->report->packages[i];

		if (!w->selected[i])
			continue;
		if (bolt_memo_find(j->memo, bolt_memo_key_of(package, &j->report->os), &known, &len)) {
			r = add_now(w, known, len, (uint32_t) i);
			continue;
		}
		w->asked[w->asked_len] = *package;
		w->asked_of[w->asked_len++] = (uint32_t) i;
	}
	return r;
}

/* A report of nothing but the packages asked about; findings come in their order. */
static int ask_database(struct work *w, struct bolt_err *err)
{
	struct bolt_rejudgement *j = w->j;
	struct bolt_report part = {
		.arena = j->report->arena, .os = j->report->os, .packages = w->asked, .packages_len = w->asked_len
	};
	int r = w->asked_len > 0 ? bolt_judge(&part, j->judgement, err) : 0;
	size_t at = 0;

	for (size_t i = 0; r == 0 && i < w->asked_len; i++) {
		size_t from = j->now_len;

		for (; r == 0 && at < part.findings_len && part.findings[at].package == &w->asked[i]; at++) {
			struct bolt_told told = bolt_told_of(&part.findings[at], &part);

			r = add_now(w, &told, 1, w->asked_of[i]);
		}
		if (r == 0)
			r = bolt_memo_add(j->memo, bolt_memo_key_of(&w->asked[i], &part.os), j->now ? j->now + from : NULL,
					  j->now_len - from);
	}
	return r;
}

/* What was told before, of the packages that are judged and of the others; and what is told now of all. */
static int split(struct work *w, const struct bolt_told *told, size_t told_len)
{
	struct bolt_rejudgement *j = w->j;

	j->before = bolt_arena_alloc(j->report->arena, (told_len + 1) * sizeof(*j->before));
	j->all = bolt_arena_alloc(j->report->arena, (told_len + j->now_len + 1) * sizeof(*j->all));
	if (!j->before || !j->all)
		return -ENOMEM;
	for (size_t i = 0; i < told_len; i++) {
		if (w->selected[told[i].package])
			j->before[j->before_len++] = told[i];
		else
			j->all[j->all_len++] = told[i];
	}
	if (j->now_len > 0)
		memcpy(j->all + j->all_len, j->now, j->now_len * sizeof(*j->all));
	j->all_len += j->now_len;
	bolt_told_sort(j->now, j->now_len);
	bolt_told_sort(j->all, j->all_len);
	return 0;
}

int bolt_rejudge(struct bolt_rejudgement *j, struct bolt_cursor record, struct bolt_cursor told_bytes, struct bolt_err *err)
{
	struct work w = { .j = j };
	struct bolt_told *told;
	size_t told_len;
	int r = bolt_record_unpack(record, j->unpacker, j->report);

	if (r == 0)
		r = bolt_told_unpack(told_bytes, j->unpacker, j->report->packages_len, j->report->arena, &told, &told_len);
	if (r < 0)
		return r;
	size_t packages = j->report->packages_len + 1;
	w.selected = bolt_arena_alloc(j->report->arena, packages * sizeof(*w.selected));
	w.asked = bolt_arena_alloc(j->report->arena, packages * sizeof(*w.asked));
	w.asked_of = bolt_arena_alloc(j->report->arena, packages * sizeof(*w.asked_of));
	if (!w.selected || !w.asked || !w.asked_of)
		return -ENOMEM;
	select_packages(&w, told, told_len);
	r = ask_memo(&w);
	if (r == 0)
		r = ask_database(&w, err);
	return r == 0 ? split(&w, told, told_len) : r;
}
