/* PEP 440, as packaging.version reads it: [v][EPOCH!]RELEASE[pre][post][dev][+local], in any case and spelling the specification
 * normalises. What is no such version comes before all that are, and among its like in the order of the plain scheme.
 *
 * No departure for ASCII; the tool also takes a few letters and blanks from beyond it (a long s in "post"). */
#include "advisory/version_parts.h"
#include "advisory/version_schemes.h"

enum pre { PRE_DEV_ONLY, PRE_A, PRE_B, PRE_RC, PRE_NONE }; /* in their order */

struct pep440 {
	bool valid;
	bool post, dev;
	enum pre pre;
	struct bolt_cursor epoch, release, pre_number, post_number, dev_number, local;
};

/* [separator] word [separator] [number]: moves nothing when the word is not there. */
static bool take_suffix(struct bolt_cursor *c, const char *word, struct bolt_cursor *ret_number)
{
	struct bolt_cursor rest = *c;

	bolt_take_one_of(&rest, "-_.");
	if (!bolt_take_word(&rest, word))
		return false;
	bolt_take_one_of(&rest, "-_.");
	*ret_number = bolt_take_digits(&rest);
	*c = rest;
	return true;
}

static void take_pre(struct bolt_cursor *c, struct pep440 *v)
{
	static const struct {
		const char *word; /* before the words that begin it */
		enum pre pre;
	} spellings[] = {
		{ "alpha", PRE_A }, { "a", PRE_A },  { "beta", PRE_B },     { "b", PRE_B },
		{ "rc", PRE_RC },   { "c", PRE_RC }, { "preview", PRE_RC }, { "pre", PRE_RC },
	};

	v->pre = PRE_NONE;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(spellings); i++)
		if (take_suffix(c, spellings[i].word, &v->pre_number)) {
			v->pre = spellings[i].pre;
			return;
		}
}

/* "-1" alone means ".post1". */
static bool take_post(struct bolt_cursor *c, struct bolt_cursor *ret_number)
{
	struct bolt_cursor rest = *c;

	if (bolt_take_one_of(&rest, "-") && bolt_digit_at(&rest)) {
		*ret_number = bolt_take_digits(&rest);
		*c = rest;
		return true;
	}
	return take_suffix(c, "post", ret_number) || take_suffix(c, "rev", ret_number) || take_suffix(c, "r", ret_number);
}

static struct bolt_cursor take_local_part(struct bolt_cursor *c)
{
	struct bolt_cursor part = bolt_cursor(c->p, 0);

	while (bolt_take_digits(c).left > 0 || bolt_take_letters(c).left > 0)
		part.left = (size_t) (c->p - part.p);
	return part;
}

/* Everything after '+'; false when it is not a local version. */
static bool take_local(struct bolt_cursor *c, struct bolt_cursor *ret_local)
{
	*ret_local = *c;
	do {
		if (take_local_part(c).left == 0)
			return false;
	} while (bolt_take_one_of(c, "-_."));
	return true;
}

/* Digits with single dots between; a dot that no digit follows stays. */
static struct bolt_cursor take_release(struct bolt_cursor *c)
{
	struct bolt_cursor release = bolt_cursor(c->p, 0), rest = *c;

	while (bolt_take_digits(&rest).left > 0) {
		*c = rest;
		release.left = (size_t) (c->p - release.p);
		if (!bolt_take_one_of(&rest, "."))
			break;
	}
	return release;
}

static struct pep440 parse(const char *text)
{
	struct pep440 v = { .valid = true };
	struct bolt_cursor c = bolt_version_trimmed(text, " \t\n\r\f\v\x1c\x1d\x1e\x1f");

	bolt_take_word(&c, "v");
	struct bolt_cursor rest = c;
	v.epoch = bolt_take_digits(&rest);
	if (v.epoch.left > 0 && bolt_take_one_of(&rest, "!"))
		c = rest;
	else
		v.epoch.left = 0;

	v.release = take_release(&c);
	take_pre(&c, &v);
	v.post = take_post(&c, &v.post_number);
	v.dev = take_suffix(&c, "dev", &v.dev_number);
	if (v.dev && v.pre == PRE_NONE && !v.post)
		v.pre = PRE_DEV_ONLY;

	bool local_fine = !bolt_take_one_of(&c, "+") || take_local(&c, &v.local);
	v.valid = v.release.left > 0 && local_fine && c.left == 0;
	return v;
}

static int compare_release(struct bolt_cursor a, struct bolt_cursor b)
{
	while (a.left > 0 || b.left > 0) {
		int order = bolt_compare_numbers(bolt_take_digits(&a), bolt_take_digits(&b));
		if (order != 0)
			return order;
		bolt_take_one_of(&a, ".");
		bolt_take_one_of(&b, ".");
	}
	return 0;
}

static bool is_number(struct bolt_cursor part)
{
	return bolt_take_digits(&part).left > 0 && part.left == 0;
}

static int compare_local_part(struct bolt_cursor a, struct bolt_cursor b)
{
	if (is_number(a) != is_number(b))
		return is_number(a) ? 1 : -1;
	return is_number(a) ? bolt_compare_numbers(a, b) : bolt_compare_lowered(a, b);
}

/* Part by part, the shorter first where one begins the other; one that has none (empty) before all. */
static int compare_local(struct bolt_cursor a, struct bolt_cursor b)
{
	while (a.left > 0 && b.left > 0) {
		int order = compare_local_part(take_local_part(&a), take_local_part(&b));
		if (order != 0)
			return order;
		bolt_take_one_of(&a, "-_.");
		bolt_take_one_of(&b, "-_.");
	}
	return bolt_compare_ints(a.left > 0, b.left > 0);
}

int bolt_version_compare_pep440(const char *a, const char *b)
{
	struct pep440 l = parse(a), r = parse(b);

	if (!l.valid && !r.valid)
		return bolt_version_compare_plain(a, b);

	const int orders[] = {
		bolt_compare_ints(l.valid, r.valid),
		bolt_compare_numbers(l.epoch, r.epoch),
		compare_release(l.release, r.release),
		bolt_compare_ints(l.pre, r.pre),
		bolt_compare_numbers(l.pre_number, r.pre_number),
		bolt_compare_ints(l.post, r.post),
		bolt_compare_numbers(l.post_number, r.post_number),
		bolt_compare_ints(!l.dev, !r.dev),
		bolt_compare_numbers(l.dev_number, r.dev_number),
		compare_local(l.local, r.local),
	};
	for (size_t i = 0; i < BOLT_ARRAY_LEN(orders); i++)
		if (orders[i] != 0)
			return orders[i];
	return 0;
}

bool bolt_version_valid_pep440(const char *version)
{
	return parse(version).valid;
}
