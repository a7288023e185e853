/* CVSS v3.0 and v3.1 specification documents, section 8 and 7: the equations, and v3.1's appendix A: how to round. In whole numbers
 * of 1e-15: only the power of a changed scope is not exact there. */
#include "advisory/cvss_vectors.h"

#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 wide;

enum { AV, AC, PR, UI, S, C, I, A, E, RL, RC, CR, IR, AR, MAV, MAC, MPR, MUI, MS, MC, MI, MA, METRICS };
static const int64_t one = 1000000000000000; /* 1.0 */

#define IMPACT "H", "L", "N"
#define REQUIREMENT \
	{ "X", "H", "M", "L" }, \
	{ \
		100, 150, 100, 50 \
	}

/* Weights in hundredths; of scope: is it changed? Those of PR are for an unchanged one. */
static const struct cvss_metric metrics[METRICS] = {
	[AV] = { "AV", { "N", "A", "L", "P" }, { 85, 62, 55, 20 } },
	[AC] = { "AC", { "L", "H" }, { 77, 44 } },
	[PR] = { "PR", { "N", "L", "H" }, { 85, 62, 27 } },
	[UI] = { "UI", { "N", "R" }, { 85, 62 } },
	[S] = { "S", { "U", "C" }, { 0, 1 } },
	[C] = { "C", { IMPACT }, { 56, 22, 0 } },
	[I] = { "I", { IMPACT }, { 56, 22, 0 } },
	[A] = { "A", { IMPACT }, { 56, 22, 0 } },
	[E] = { "E", { "X", "H", "F", "P", "U" }, { 100, 100, 97, 94, 91 } },
	[RL] = { "RL", { "X", "U", "W", "T", "O" }, { 100, 100, 97, 96, 95 } },
	[RC] = { "RC", { "X", "C", "R", "U" }, { 100, 100, 96, 92 } },
	[CR] = { "CR", REQUIREMENT },
	[IR] = { "IR", REQUIREMENT },
	[AR] = { "AR", REQUIREMENT },
	[MAV] = { "MAV", { "X", "N", "A", "L", "P" }, { 0, 85, 62, 55, 20 } },
	[MAC] = { "MAC", { "X", "L", "H" }, { 0, 77, 44 } },
	[MPR] = { "MPR", { "X", "N", "L", "H" }, { 0, 85, 62, 27 } },
	[MUI] = { "MUI", { "X", "N", "R" }, { 0, 85, 62 } },
	[MS] = { "MS", { "X", "U", "C" }, { 0, 0, 1 } },
	[MC] = { "MC", { "X", IMPACT }, { 0, 56, 22, 0 } },
	[MI] = { "MI", { "X", IMPACT }, { 0, 56, 22, 0 } },
	[MA] = { "MA", { "X", IMPACT }, { 0, 56, 22, 0 } },
};

static int64_t multiply(int64_t a, int64_t b)
{
	return (int64_t) ((wide) a * b / one);
}

static int64_t power(int64_t of, unsigned exponent)
{
	int64_t result = one;

	while (exponent-- > 0)
		result = multiply(result, of);
	return result;
}

/* To tenths: v3.0 takes the next one that is not lower; v3.1 first forgives what is below the fifth decimal. `unit` is one tenth.
 */
static unsigned round_up(const struct cvss_version *version, int64_t value, int64_t unit)
{
	int64_t speck = version->minor > 0 ? unit / 10000 : 1;
	int64_t specks = (value + speck / 2) / speck, per_tenth = unit / speck;

	return (unsigned) ((specks + per_tenth - 1) / per_tenth);
}

static unsigned temporal(const struct cvss_version *version, const short *w, unsigned tenths)
{
	return round_up(version, (int64_t) tenths * w[E] * w[RL] * w[RC], 1000000);
}

/* Tenths of the base score (modified: before the temporal metrics) from weights of which those of modified metrics are in place
 * of the base metrics'. */
static unsigned base(const struct cvss_version *version, const short *w, bool modified)
{
	wide left = (wide) (10000 - w[C] * w[CR]) * (10000 - w[I] * w[IR]) * (10000 - w[A] * w[AR]); /* 1e-12 */
	int64_t isc = one - (int64_t) left * 1000, impact;

	if (modified && isc > one / 1000 * 915)
		isc = one / 1000 * 915;
	if (!w[S])
		impact = isc / 100 * 642;
	else if (modified && version->minor > 0)
		impact = multiply(isc - one / 1000 * 29, one / 100 * 752) -
			 multiply(power(isc / 10000 * 9731 - one / 100 * 2, 13), one / 100 * 325);
	else
		impact = multiply(isc - one / 1000 * 29, one / 100 * 752) -
			 multiply(power(isc - one / 100 * 2, 15), one / 100 * 325);
	if (impact <= 0)
		return 0;
	int64_t exploitability = (int64_t) 822 * w[AV] * w[AC] * w[PR] * w[UI] * (one / 10000000000);
	int64_t sum = impact + exploitability;
	if (w[S])
		sum = multiply(sum, one / 100 * 108);
	return round_up(version, sum < 10 * one ? sum : 10 * one, one / 10);
}

/* With a changed scope the privileges needed count for less. */
static short privileges(short weight, bool changed)
{
	return !changed ? weight : weight == 62 ? 68 : weight == 27 ? 50 : weight;
}

static void score(const struct cvss_version *version, const signed char *values, struct bolt_cvss *cvss)
{
	short own[METRICS], modified[METRICS];
	bool has_environment = false;

	for (size_t i = 0; i < METRICS; i++) {
		own[i] = version->metrics[i].weights[values[i]];
		has_environment = has_environment || (i >= CR && values[i] != 0);
	}
	for (size_t i = 0; i < METRICS; i++)
		modified[i] = i <= A && values[MAV + i] != 0 ? own[MAV + i] : own[i];
	own[PR] = privileges(own[PR], own[S]);
	modified[PR] = privileges(modified[PR], modified[S]);
	own[CR] = own[IR] = own[AR] = 100;

	cvss->base_tenths = base(version, own, false);
	cvss->tenths = temporal(version, own, has_environment ? base(version, modified, true) : cvss->base_tenths);
	cvss->severity = cvss_severity(cvss->base_tenths);
}

const struct cvss_version cvss_v30 = { "CVSS:3.0/", 3, 0, metrics, METRICS, A + 1, score };
const struct cvss_version cvss_v31 = { "CVSS:3.1/", 3, 1, metrics, METRICS, A + 1, score };
