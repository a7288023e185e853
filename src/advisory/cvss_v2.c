/* "A Complete Guide to the Common Vulnerability Scoring System Version 2.0", section 3.2. All in whole numbers, so that what is
 * rounded is the exact value: the longest product has 21 decimals. */
#include "advisory/cvss_vectors.h"

#include <stdbool.h>

__extension__ typedef __int128 wide;

/* Weights in thousandths; of the requirements and the temporal metrics in hundredths. */
enum { AV, AC, AU, C, I, A, E, RL, RC, CDP, TD, CR, IR, AR, METRICS };

static const struct cvss_metric metrics[METRICS] = {
	[AV] = { "AV", { "L", "A", "N" }, { 395, 646, 1000 } },
	[AC] = { "AC", { "H", "M", "L" }, { 350, 610, 710 } },
	[AU] = { "Au", { "M", "S", "N" }, { 450, 560, 704 } },
	[C] = { "C", { "N", "P", "C" }, { 0, 275, 660 } },
	[I] = { "I", { "N", "P", "C" }, { 0, 275, 660 } },
	[A] = { "A", { "N", "P", "C" }, { 0, 275, 660 } },
	[E] = { "E", { "ND", "U", "POC", "F", "H" }, { 100, 85, 90, 95, 100 } },
	[RL] = { "RL", { "ND", "OF", "TF", "W", "U" }, { 100, 87, 90, 95, 100 } },
	[RC] = { "RC", { "ND", "UC", "UR", "C" }, { 100, 90, 95, 100 } },
	[CDP] = { "CDP", { "ND", "N", "L", "LM", "MH", "H" }, { 0, 0, 100, 300, 400, 500 } },
	[TD] = { "TD", { "ND", "N", "L", "M", "H" }, { 1000, 0, 250, 750, 1000 } },
	[CR] = { "CR", { "ND", "L", "M", "H" }, { 100, 50, 100, 151 } },
	[IR] = { "IR", { "ND", "L", "M", "H" }, { 100, 50, 100, 151 } },
	[AR] = { "AR", { "ND", "L", "M", "H" }, { 100, 50, 100, 151 } },
};

/* To the nearest, halves away from zero. */
static int rounded(wide value, wide unit)
{
	return (int) ((value + (value < 0 ? -unit / 2 : unit / 2)) / unit);
}

/* What an impact leaves of one, in 1/100000. */
static wide left_by(short impact, short requirement)
{
	return 100000 - (wide) impact * requirement;
}

/* The base equation in tenths. The requirements are 100 for the base score itself, which has no minimum of 10 either: the
 * document gives one to the adjusted impact only. */
static int base(const short *w, bool adjusted)
{
	const wide e17 = 100000000000000000, e15 = e17 / 100;
	wide impact = 1041 * (e15 - left_by(w[C], adjusted ? w[CR] : 100) * left_by(w[I], adjusted ? w[IR] : 100) *
					    left_by(w[A], adjusted ? w[AR] : 100)); /* 1e-17 */
	wide exploitability = (wide) 20 * w[AV] * w[AC] * w[AU];                    /* 1e-9 */

	if (impact == 0)
		return 0;
	if (adjusted && impact > 10 * e17)
		impact = 10 * e17;
	wide sum = 6 * impact + 4 * exploitability * (e17 / 1000000000) - 15 * e17; /* 1e-18 */
	return rounded(sum * 1176, e17 * 1000);                                     /* of 1e-21 */
}

static int temporal(const short *w, int base_tenths)
{
	return rounded((wide) base_tenths * w[E] * w[RL] * w[RC], 1000000);
}

static int environmental(const short *w)
{
	int adjusted = temporal(w, base(w, true));

	return rounded(((wide) adjusted * 1000 + (100 - adjusted) * w[CDP]) * w[TD], 1000000);
}

static void score(const struct cvss_version *version, const signed char *values, struct bolt_cvss *cvss)
{
	short weights[METRICS];
	bool has_environment = false;

	for (size_t i = 0; i < METRICS; i++) {
		weights[i] = version->metrics[i].weights[values[i]];
		has_environment = has_environment || (i >= CDP && values[i] != 0);
	}
	int base_tenths = base(weights, false);
	int tenths = has_environment ? environmental(weights) : temporal(weights, base_tenths);

	cvss->base_tenths = (unsigned) base_tenths;
	cvss->tenths = tenths > 0 ? (unsigned) tenths : 0;
	/* NVD's words for it; the document has none. */
	cvss->severity = base_tenths >= 70 ? BOLT_SEVERITY_HIGH : base_tenths >= 40 ? BOLT_SEVERITY_MEDIUM : BOLT_SEVERITY_LOW;
}

const struct cvss_version cvss_v2 = { "", 2, 0, metrics, METRICS, A + 1, score };
