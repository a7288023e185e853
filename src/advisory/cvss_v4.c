/* CVSS v4.0 specification document, section 8: the vector belongs to one of 270 macrovectors; its score is that of the
 * macrovector's highest vectors, less the mean, over the equivalence classes, of the share of the way to the next lower macrovector
 * that the vector has gone.
 *
 * A metric's weight is its distance in steps from the most severe value, and how far a vector has gone in a class is the sum of
 * its metrics' distances less that of a highest vector. The specification has that taken from a highest vector that is nowhere
 * below the vector at hand; all highest vectors of a class have the same sum, so it need not be looked for. */
#include "advisory/cvss_vectors.h"

#include <stdbool.h>

enum { AV, AC, AT, PR, UI, VC, VI, VA, SC, SI, SA, E, CR, IR, AR, MAV, MSA = MAV + SA, S, AU, R, V, RE, U, METRICS };

#define VULNERABLE "H", "L", "N"
#define REQUIREMENT \
	{ "X", "H", "M", "L" }, \
	{ \
		0, 0, 1, 2 \
	}

static const struct cvss_metric metrics[METRICS] = {
	[AV] = { "AV", { "N", "A", "L", "P" }, { 0, 1, 2, 3 } },
	[AC] = { "AC", { "L", "H" }, { 0, 1 } },
	[AT] = { "AT", { "N", "P" }, { 0, 1 } },
	[PR] = { "PR", { "N", "L", "H" }, { 0, 1, 2 } },
	[UI] = { "UI", { "N", "P", "A" }, { 0, 1, 2 } },
	[VC] = { "VC", { VULNERABLE }, { 0, 1, 2 } },
	[VI] = { "VI", { VULNERABLE }, { 0, 1, 2 } },
	[VA] = { "VA", { VULNERABLE }, { 0, 1, 2 } },
	[SC] = { "SC", { VULNERABLE }, { 1, 2, 3 } },
	[SI] = { "SI", { VULNERABLE }, { 1, 2, 3 } },
	[SA] = { "SA", { VULNERABLE }, { 1, 2, 3 } },
	[E] = { "E", { "X", "A", "P", "U" }, { 0, 0, 1, 2 } },
	[CR] = { "CR", REQUIREMENT },
	[IR] = { "IR", REQUIREMENT },
	[AR] = { "AR", REQUIREMENT },
	[MAV + AV] = { "MAV", { "X", "N", "A", "L", "P" }, { 0, 0, 1, 2, 3 } },
	[MAV + AC] = { "MAC", { "X", "L", "H" }, { 0, 0, 1 } },
	[MAV + AT] = { "MAT", { "X", "N", "P" }, { 0, 0, 1 } },
	[MAV + PR] = { "MPR", { "X", "N", "L", "H" }, { 0, 0, 1, 2 } },
	[MAV + UI] = { "MUI", { "X", "N", "P", "A" }, { 0, 0, 1, 2 } },
	[MAV + VC] = { "MVC", { "X", VULNERABLE }, { 0, 0, 1, 2 } },
	[MAV + VI] = { "MVI", { "X", VULNERABLE }, { 0, 0, 1, 2 } },
	[MAV + VA] = { "MVA", { "X", VULNERABLE }, { 0, 0, 1, 2 } },
	[MAV + SC] = { "MSC", { "X", VULNERABLE }, { 0, 1, 2, 3 } },
	[MAV + SI] = { "MSI", { "X", "S", VULNERABLE }, { 0, 0, 1, 2, 3 } },
	[MAV + SA] = { "MSA", { "X", "S", VULNERABLE }, { 0, 0, 1, 2, 3 } },
	/* Supplemental metrics: they say something, and change no score. */
	[S] = { "S", { "X", "N", "P" }, { 0 } },
	[AU] = { "AU", { "X", "N", "Y" }, { 0 } },
	[R] = { "R", { "X", "A", "U", "I" }, { 0 } },
	[V] = { "V", { "X", "D", "C" }, { 0 } },
	[RE] = { "RE", { "X", "L", "M", "H" }, { 0 } },
	[U] = { "U", { "X", "Clear", "Green", "Amber", "Red" }, { 0 } },
};

/* EQ3 and EQ6 depend on each other and count as one: 00, 01, 10, 11, 21. */
struct macrovector {
	unsigned eq1, eq2, eq36, eq4, eq5;
};

/* Scores of the macrovectors in tenths, by EQ1, EQ2, EQ3 and EQ6, EQ4, EQ5 (FIRST's table "cvss_lookup"). */
static const unsigned char highest[3][2][5][3][3] = {
	{
		{
			{ { 100, 98, 95 }, { 100, 93, 91 }, { 93, 89, 81 } },
			{ { 99, 95, 92 }, { 96, 87, 81 }, { 90, 80, 68 } },
			{ { 98, 95, 90 }, { 93, 89, 81 }, { 88, 78, 69 } },
			{ { 95, 92, 84 }, { 92, 81, 65 }, { 80, 70, 48 } },
			{ { 92, 82, 72 }, { 79, 69, 50 }, { 69, 55, 27 } },
		},
		{
			{ { 99, 95, 92 }, { 95, 90, 84 }, { 92, 82, 72 } },
			{ { 97, 92, 85 }, { 91, 83, 71 }, { 81, 71, 53 } },
			{ { 95, 92, 85 }, { 92, 80, 70 }, { 84, 71, 50 } },
			{ { 93, 85, 73 }, { 82, 72, 59 }, { 70, 52, 30 } },
			{ { 86, 75, 52 }, { 71, 52, 29 }, { 63, 29, 17 } },
		},
	},
	{
		{
			{ { 98, 94, 91 }, { 94, 86, 77 }, { 87, 74, 63 } },
			{ { 95, 87, 81 }, { 89, 74, 64 }, { 75, 63, 49 } },
			{ { 94, 88, 76 }, { 86, 74, 59 }, { 72, 57, 52 } },
			{ { 89, 77, 67 }, { 76, 58, 50 }, { 57, 52, 25 } },
			{ { 83, 70, 54 }, { 65, 58, 26 }, { 53, 21, 13 } },
		},
		{
			{ { 95, 88, 76 }, { 90, 75, 61 }, { 77, 68, 52 } },
			{ { 90, 76, 70 }, { 77, 62, 53 }, { 66, 59, 30 } },
			{ { 89, 76, 62 }, { 74, 57, 47 }, { 61, 57, 24 } },
			{ { 78, 67, 58 }, { 59, 57, 23 }, { 52, 29, 16 } },
			{ { 71, 59, 30 }, { 58, 26, 15 }, { 23, 13, 6 } },
		},
	},
	{
		{
			{ { 93, 86, 75 }, { 86, 74, 56 }, { 70, 52, 40 } },
			{ { 87, 72, 58 }, { 74, 61, 34 }, { 54, 40, 22 } },
			{ { 85, 74, 62 }, { 72, 55, 46 }, { 53, 34, 19 } },
			{ { 75, 55, 51 }, { 57, 41, 19 }, { 36, 19, 8 } },
			{ { 64, 51, 20 }, { 47, 21, 11 }, { 24, 9, 4 } },
		},
		{
			{ { 88, 73, 60 }, { 73, 59, 41 }, { 54, 45, 20 } },
			{ { 75, 53, 50 }, { 55, 40, 20 }, { 43, 22, 11 } },
			{ { 75, 58, 40 }, { 61, 48, 20 }, { 46, 17, 8 } },
			{ { 55, 45, 21 }, { 51, 18, 9 }, { 18, 7, 2 } },
			{ { 53, 24, 14 }, { 24, 12, 5 }, { 10, 3, 1 } },
		},
	},
};

/* Of each level that has a lower one: the distance of its highest vectors, and how many steps deep it is (specification, tables 24
 * to 29; the reference's maxSeverity). */
struct level {
	unsigned char start, depth;
};
static const struct level eq1_levels[2] = { { 0, 1 }, { 1, 4 } };
static const struct level eq2_levels[1] = { { 0, 1 } };
static const struct level eq36_levels[4] = { { 0, 7 }, { 3, 6 }, { 1, 8 }, { 3, 8 } };
static const struct level eq4_levels[2] = { { 1, 6 }, { 3, 5 } };

static unsigned score_of(const struct macrovector *m)
{
	return highest[m->eq1][m->eq2][m->eq36][m->eq4][m->eq5];
}

static struct macrovector classify(const unsigned *w)
{
	bool entry_all = w[AV] == 0 && w[PR] == 0 && w[UI] == 0, entry_some = w[AV] == 0 || w[PR] == 0 || w[UI] == 0;
	bool high_both = w[VC] == 0 && w[VI] == 0, high_some = w[VC] == 0 || w[VI] == 0 || w[VA] == 0;
	bool needed = (w[VC] == 0 && w[CR] == 0) || (w[VI] == 0 && w[IR] == 0) || (w[VA] == 0 && w[AR] == 0);
	struct macrovector m = { .eq2 = w[AC] != 0 || w[AT] != 0, .eq5 = w[E] };

	m.eq1 = entry_all ? 0 : w[AV] != 3 && entry_some ? 1 : 2;
	m.eq36 = !high_some ? 4 : (high_both ? 0 : 2) + (needed ? 0 : 1);
	if (w[SI] == 0 || w[SA] == 0) /* safety */
		m.eq4 = 0;
	else
		m.eq4 = w[SC] == 1 || w[SI] == 1 || w[SA] == 1 ? 1 : 2;
	return m;
}

enum { SHARES = 840 }; /* divisible by every depth */

struct fall {
	unsigned shares, lower; /* sum of what the classes take away, in 1/SHARES of a tenth; how many classes have a lower level */
};

static void add_fall(struct fall *fall, const struct macrovector *from, const struct macrovector *to, struct level level,
		     unsigned distance)
{
	fall->shares += (score_of(from) - score_of(to)) * (distance - level.start) * (SHARES / level.depth);
	fall->lower++;
}

static struct macrovector next_eq36(const struct macrovector *m)
{
	static const unsigned char next[] = { 1, 3, 3, 4 };
	struct macrovector low = *m, other = *m;

	low.eq36 = next[m->eq36];
	other.eq36 = 2;
	return m->eq36 == 0 && score_of(&other) > score_of(&low) ? other : low;
}

/* Tenths. */
static unsigned interpolate(const unsigned *w)
{
	struct macrovector m = classify(w), low;
	struct fall fall = { 0, 0 };

	if (m.eq1 < 2) {
		low = m, low.eq1++;
		add_fall(&fall, &m, &low, eq1_levels[m.eq1], w[AV] + w[PR] + w[UI]);
	}
	if (m.eq2 < 1) {
		low = m, low.eq2++;
		add_fall(&fall, &m, &low, eq2_levels[m.eq2], w[AC] + w[AT]);
	}
	if (m.eq36 < 4) {
		low = next_eq36(&m);
		add_fall(&fall, &m, &low, eq36_levels[m.eq36], w[VC] + w[VI] + w[VA] + w[CR] + w[IR] + w[AR]);
	}
	if (m.eq4 < 2) {
		low = m, low.eq4++;
		add_fall(&fall, &m, &low, eq4_levels[m.eq4], w[SC] + w[SI] + w[SA]);
	}
	fall.lower += m.eq5 < 2; /* one metric: a vector is always at its level's beginning */
	if (fall.lower == 0)
		return score_of(&m);
	unsigned unit = SHARES * fall.lower;
	return (score_of(&m) * unit - fall.shares + unit / 2) / unit;
}

static void score(const struct cvss_version *version, const signed char *values, struct bolt_cvss *cvss)
{
	unsigned weights[MAV];

	for (size_t i = 0; i < MAV; i++) {
		size_t from = i <= SA && values[MAV + i] != 0 ? MAV + i : i;

		weights[i] = (unsigned) version->metrics[from].weights[values[from]];
	}
	bool harmless = weights[VC] == 2 && weights[VI] == 2 && weights[VA] == 2 && weights[SC] == 3 && weights[SI] == 3 &&
			weights[SA] == 3;

	cvss->base_tenths = cvss->tenths = harmless ? 0 : interpolate(weights);
	cvss->severity = cvss_severity(cvss->base_tenths);
}

const struct cvss_version cvss_v4 = { "CVSS:4.0/", 4, 0, metrics, METRICS, SA + 1, score };
