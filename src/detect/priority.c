#include "detect/priority.h"

#include <errno.h>
#include <string.h>

#include "detect/reach.h"

/* The points of docs/priority.md. Together they stay below BOLT_PRIORITY_EXPLOITED. */
enum {
	POINTS_CVSS = 20,
	POINTS_EPSS = 450,
	POINTS_FIX = 60,
	POINTS_REACH = 60,
	POINTS_MOST = 180 + POINTS_CVSS + POINTS_EPSS + POINTS_FIX + POINTS_REACH + 10,
	EXPLOITED_SPAN = 150, /* what the other points are scaled to for what is known to be exploited */
	EXPLOITED_RANSOMWARE = 50,
};
_Static_assert((int) POINTS_MOST < (int) BOLT_PRIORITY_EXPLOITED, "exploited ones are above all others");
_Static_assert((int) BOLT_PRIORITY_EXPLOITED + (int) EXPLOITED_SPAN + (int) EXPLOITED_RANSOMWARE == (int) BOLT_PRIORITY_MOST,
	       "the scale's end");

static const unsigned severity_points[_BOLT_SEVERITY_MAX] = {
	[BOLT_SEVERITY_UNKNOWN] = 60, [BOLT_SEVERITY_NEGLIGIBLE] = 0, [BOLT_SEVERITY_LOW] = 10,
	[BOLT_SEVERITY_MEDIUM] = 80,  [BOLT_SEVERITY_HIGH] = 130,     [BOLT_SEVERITY_CRITICAL] = 180,
};

/* Who must act: what is one's own is done soonest. */
static const struct {
	unsigned points;
	const char *text;
} origins[] = {
	[BOLT_ORIGIN_UNKNOWN] = { 0, NULL },
	[BOLT_ORIGIN_BASE] = { 0, "in the base image: rebuild on a current one" },
	[BOLT_ORIGIN_RUNTIME] = { 5, "in a layer of the run-time: for whoever maintains that" },
	[BOLT_ORIGIN_APPLICATION] = { 10, "in the application's own layers" },
};

static const char *const without_fix[_BOLT_STATUS_MAX] = {
	[BOLT_STATUS_AFFECTED] = "no fix yet",
	[BOLT_STATUS_FIXED] = "a fix is there",
	[BOLT_STATUS_WILL_NOT_FIX] = "its publisher will not fix it",
	[BOLT_STATUS_DEFERRED] = "its publisher has put the fix off",
	[BOLT_STATUS_END_OF_LIFE] = "no fix will come: the release is no longer maintained",
	[BOLT_STATUS_UNDER_INVESTIGATION] = "its publisher is still looking into it",
	[BOLT_STATUS_NOT_AFFECTED] = "publishers do not agree on it",
};

/* Clauses with their weights, kept weightiest first; equal ones as they came. */
enum { CLAUSES_MOST = 6 };
struct clauses {
	struct bolt_arena *arena;
	const char *texts[CLAUSES_MOST];
	unsigned weights[CLAUSES_MOST];
	size_t len;
	bool failed;
};

static void say(struct clauses *clauses, unsigned weight, const char *text)
{
	size_t at = clauses->len;

	if (!text) {
		clauses->failed = true;
		return;
	}
	for (; at > 0 && clauses->weights[at - 1] < weight; at--) {
		clauses->texts[at] = clauses->texts[at - 1];
		clauses->weights[at] = clauses->weights[at - 1];
	}
	clauses->texts[at] = text;
	clauses->weights[at] = weight;
	clauses->len++;
}

static int keep(const struct clauses *clauses, struct bolt_texts *ret_texts)
{
	const char **items = clauses->failed ? NULL : bolt_arena_alloc(clauses->arena, clauses->len * sizeof(*items));

	if (!items)
		return -ENOMEM;
	memcpy(items, clauses->texts, clauses->len * sizeof(*items));
	*ret_texts = (struct bolt_texts){ items, clauses->len };
	return 0;
}

enum bolt_origin bolt_package_origin(const struct bolt_package *package, const struct bolt_report *report)
{
	if (package->layer < 0 || (size_t) package->layer >= report->subject.layers_len)
		return BOLT_ORIGIN_UNKNOWN;
	return report->subject.layers[package->layer].origin;
}

static unsigned square_root(uint64_t of)
{
	uint64_t root = 0;

	for (uint64_t bit = 1u << 31; bit > 0; bit >>= 1) {
		if ((root + bit) * (root + bit) <= of)
			root += bit;
	}
	return (unsigned) root;
}

static unsigned of_severity(const struct bolt_finding *finding, struct clauses *clauses)
{
	unsigned points = severity_points[finding->severity];
	const char *word = bolt_severity_text(finding->severity);
	const char *source = finding->severity_source ? finding->severity_source : "its publisher";
	unsigned tenths = finding->cvss_tenths < 100 ? finding->cvss_tenths : 100;

	points += finding->cvss_vector ? tenths * POINTS_CVSS / 100 : POINTS_CVSS / 2;
	if (finding->severity == BOLT_SEVERITY_UNKNOWN)
		say(clauses, points, "nobody says yet how severe it is");
	else if (finding->cvss_vector)
		say(clauses, points,
		    bolt_arena_printf(clauses->arena, "%s severity (%s; CVSS %u.%u)", word, source, tenths / 10, tenths % 10));
	else
		say(clauses, points, bolt_arena_printf(clauses->arena, "%s severity (%s)", word, source));
	return points;
}

/* By the root of the probability: from 0.1 % to 10 % is as far as from there to 36 %. */
static unsigned of_epss(const struct bolt_epss *epss, struct clauses *clauses)
{
	unsigned score = epss->score < 100000 ? epss->score : 100000, lower = epss->percentile < 100000 ? epss->percentile : 100000;
	unsigned points = square_root((uint64_t) score * 100000) * POINTS_EPSS / 100000;

	if (!epss->known)
		return 0;
	if (score < 1000)
		say(clauses, points, "exploitation is unlikely (EPSS below 0.01)");
	else if (lower >= 99000)
		say(clauses, points,
		    bolt_arena_printf(clauses->arena, "%u.%u %% of vulnerabilities are less likely to be exploited (EPSS %u.%02u)",
				      lower / 1000, lower / 100 % 10, score / 100000, score / 1000 % 100));
	else
		say(clauses, points,
		    bolt_arena_printf(clauses->arena, "%u %% of vulnerabilities are less likely to be exploited (EPSS %u.%02u)",
				      lower / 1000, score / 100000, score / 1000 % 100));
	return points;
}

static unsigned of_fix(const struct bolt_finding *finding, struct clauses *clauses)
{
	if (!finding->fixed_version) {
		say(clauses, 0, without_fix[finding->status]);
		return 0;
	}
	say(clauses, POINTS_FIX, bolt_arena_printf(clauses->arena, "a fix is there: %s", finding->fixed_version));
	return POINTS_FIX;
}

static unsigned of_reach(enum bolt_reach reach, struct clauses *clauses)
{
	if (reach == BOLT_REACH_UNKNOWN || reach == BOLT_REACH_NOT_RUN)
		return 0;
	say(clauses, POINTS_REACH, bolt_arena_printf(clauses->arena, "in reach of the network: %s", bolt_reach_text(reach)));
	return POINTS_REACH;
}

static unsigned of_origin(enum bolt_origin origin, struct clauses *clauses)
{
	if (origins[origin].text)
		say(clauses, origins[origin].points, origins[origin].text);
	return origins[origin].points;
}

static unsigned of_exploitation(const struct bolt_kev *kev, unsigned points, struct clauses *clauses)
{
	const char *ransomware = kev->ransomware ? "; used by ransomware" : "";

	say(clauses, BOLT_PRIORITY_EXPLOITED,
	    kev->due ? bolt_arena_printf(clauses->arena, "known to be exploited (CISA, due %s%s)", kev->due, ransomware)
		     : bolt_arena_printf(clauses->arena, "known to be exploited (CISA%s)", ransomware));
	return BOLT_PRIORITY_EXPLOITED + points * EXPLOITED_SPAN / POINTS_MOST + (kev->ransomware ? EXPLOITED_RANSOMWARE : 0);
}

int bolt_priority_of(struct bolt_finding *finding, const struct bolt_report *report)
{
	struct clauses clauses = { .arena = report->arena };
	enum bolt_reach reach = bolt_reach_of(finding->package);
	unsigned points = of_severity(finding, &clauses) + of_epss(&finding->epss, &clauses);
	unsigned more = of_fix(finding, &clauses) + of_reach(reach, &clauses) +
			of_origin(bolt_package_origin(finding->package, report), &clauses);

	/* That it can be fixed and reached makes little of a finding that matters little. */
	if (finding->severity == BOLT_SEVERITY_NEGLIGIBLE || finding->severity == BOLT_SEVERITY_LOW)
		more /= 4;
	points += more;
	if (reach == BOLT_REACH_NOT_RUN) {
		points /= 2;
		say(&clauses, points, "counts half, for it is not run: headers, documentation or build tools");
	}
	if (finding->kev.known)
		points = of_exploitation(&finding->kev, points, &clauses);

	struct bolt_priority priority = { .score = points };
	int r = keep(&clauses, &priority.reasons);
	if (r == 0)
		finding->priority = priority;
	return r;
}
