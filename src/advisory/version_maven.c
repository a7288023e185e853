/* Maven's ComparableVersion, as in Maven 3.8.7 to 3.9.
 *
 * A version is a list of numbers and words that may end in a list of its own, and so on: '.' goes on in the list, '-' and every
 * change between digits and letters opens the next one, and so does a word that is not the first of its list and is followed by a
 * digit or by nothing. Zeros and words that mean "release" are null: at the end of their list they do not count. In a place, a word
 * comes before a list, and that before a number; the end stands between alpha ... snapshot and sp, and is equal to 0.
 *
 * Departure: that order goes in circles. 1.0.alpha-1 < 1.0 and 1.0 < 1.0-1 and yet 1.0-1 < 1.0.alpha-1, because a 0 comes after a
 * list; 1.x-1 < 1-rc < 1 < 1.x-1, because a word comes before a list. Here what makes a version older than its own beginning
 * ("1.0.alpha-1", "1-rc") is always before what makes it newer ("1.0-1", "1.x-1"), and only among the same kind does Maven's
 * rule count. So the answer is Maven's but for pairs that, with the beginning they share, are such a circle. Also, digits and
 * letters are ASCII's. */
#include "advisory/version_parts.h"
#include "advisory/version_schemes.h"

enum { RELEASE = 5, UNKNOWN = 7 }; /* among the words; 6 is sp */

struct atom {
	bool list; /* opens a list, whose first it is */
	bool word;
	int rank;
	struct bolt_cursor text;
};

struct reader {
	struct bolt_cursor rest;
	bool list;  /* the next atom opens one */
	bool empty; /* nothing in the current list yet */
};

/* The nulls that count, the atom that makes them count, and how many lists were opened since the one before. */
struct group {
	struct reader at; /* before the first of the nulls */
	size_t lists;
	int sign; /* does it make the version newer (1) or older (-1)? 0 at the end */
};

static int word_rank(struct bolt_cursor word, bool before_digit)
{
	static const struct {
		const char *word;
		int rank;
	} ranks[] = {
		{ "alpha", 0 },    { "beta", 1 },        { "milestone", 2 },     { "rc", 3 }, { "cr", 3 }, { "snapshot", 4 },
		{ "ga", RELEASE }, { "final", RELEASE }, { "release", RELEASE }, { "sp", 6 },
	};
	static const char letters[] = "abm";

	if (before_digit && word.left == 1)
		for (int i = 0; letters[i]; i++)
			if ((word.p[0] | 0x20) == letters[i])
				return i;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(ranks); i++) {
		struct bolt_cursor rest = word;
		if (bolt_take_word(&rest, ranks[i].word) && rest.left == 0)
			return ranks[i].rank;
	}
	return UNKNOWN;
}

static struct bolt_cursor take_word_run(struct bolt_cursor *c)
{
	struct bolt_cursor word = bolt_cursor(c->p, 0);

	for (; c->left > 0 && !bolt_digit_at(c) && c->p[0] != '.' && c->p[0] != '-'; bolt_pass_byte(c))
		word.left++;
	return word;
}

/* false at the end. Nothing between two separators is a 0. */
static bool next_atom(struct reader *r, struct atom *ret_atom)
{
	if (r->rest.left == 0)
		return false;

	struct atom atom = { .list = r->list };
	atom.text = bolt_take_digits(&r->rest);
	if (atom.text.left == 0) {
		atom.text = take_word_run(&r->rest);
		atom.word = atom.text.left > 0;
	}

	bool before_digit = bolt_digit_at(&r->rest);
	if (atom.word) {
		atom.list |= !r->empty && (before_digit || r->rest.left == 0);
		atom.rank = word_rank(atom.text, before_digit);
	}
	/* '-' opens a list, and so does the place where digits and letters meet. */
	r->list = !bolt_take_one_of(&r->rest, ".");
	if (r->list)
		bolt_take_one_of(&r->rest, "-");
	r->empty = r->list;
	*ret_atom = atom;
	return true;
}

static int sign_of(const struct atom *atom)
{
	return atom->word ? bolt_compare_ints(atom->rank, RELEASE) : !bolt_number_is_zero(atom->text);
}

static struct group next_group(struct reader *r)
{
	struct group group = { .at = *r };
	struct atom atom;

	for (struct reader before = *r; group.sign == 0 && next_atom(r, &atom); before = *r) {
		if (atom.list) {
			group.lists++;
			group.at = before; /* the nulls until here end their list */
		}
		group.sign = sign_of(&atom);
	}
	return group;
}

static int compare_atoms(const struct atom *a, const struct atom *b)
{
	if (a->word != b->word)
		return a->word ? -1 : 1;
	if (!a->word)
		return bolt_compare_numbers(a->text, b->text);
	if (a->rank != b->rank || a->rank != UNKNOWN)
		return bolt_compare_ints(a->rank, b->rank);
	return bolt_compare_lowered(a->text, b->text);
}

/* How a group stands to one that has a list in its place. */
static int compare_with_list(struct group group)
{
	struct atom first;
	return next_atom(&group.at, &first) && first.word ? -1 : 1;
}

/* Two groups of the same sign that is not 0. */
static int compare_groups(struct group a, struct group b)
{
	struct atom left, right;

	if (a.lists < b.lists)
		return compare_with_list(a);
	if (a.lists > b.lists)
		return -compare_with_list(b);
	while (next_atom(&a.at, &left) && next_atom(&b.at, &right)) {
		int order = compare_atoms(&left, &right);
		if (order != 0)
			return order;
		if (sign_of(&left) != 0)
			break;
	}
	return 0;
}

int bolt_version_compare_maven(const char *a, const char *b)
{
	struct reader left = { .rest = bolt_cursor(a, strlen(a)), .empty = true };
	struct reader right = { .rest = bolt_cursor(b, strlen(b)), .empty = true };

	for (;;) {
		struct group l = next_group(&left), r = next_group(&right);
		if (l.sign != r.sign || l.sign == 0)
			return bolt_compare_ints(l.sign, r.sign);

		int order = compare_groups(l, r);
		if (order != 0)
			return order;
	}
}

/* ComparableVersion takes anything; what a project's version must not have is what Maven's model validation refuses. */
bool bolt_version_valid_maven(const char *version)
{
	return version[0] != '\0' && !strpbrk(version, "\\/:\"<>|?*[](){},");
}
