#include "report/findings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

struct bolt_finding_counts bolt_count_findings(const struct bolt_report *report)
{
	struct bolt_finding_counts counts = { 0 };

	for (size_t i = 0; i < report->findings_len; i++) {
		const struct bolt_finding *finding = &report->findings[i];

		if (finding->suppressed.by) {
			counts.suppressed++;
			continue;
		}
		counts.total++;
		counts.by_severity[finding->severity]++;
		counts.exploited += finding->kev.known;
		counts.fixable += finding->fixed_version != NULL;
	}
	return counts;
}

bool bolt_report_judged(const struct bolt_report *report)
{
	return report->advisories.used || report->findings_len > 0;
}

const char *bolt_judgement_gap(const struct bolt_report *report, char *scratch, size_t room)
{
	const struct bolt_advisories_used *used = &report->advisories;
	size_t stale = 0;

	if (!bolt_report_judged(report))
		return "nobody looked for vulnerabilities";
	if (used->feeds_len == 0)
		return "no feed of the database covers these packages";
	for (size_t i = 0; i < used->feeds_len; i++)
		stale += used->feeds[i].stale;
	if (stale == 0)
		return NULL;
	(void) snprintf(scratch, room, "%zu of %zu feeds %s out of date", stale, used->feeds_len, stale == 1 ? "is" : "are");
	return scratch;
}

const char *bolt_finding_origin(const struct bolt_report *report, const struct bolt_finding *finding)
{
	int layer = finding->package->layer;

	if (layer < 0 || (size_t) layer >= report->subject.layers_len ||
	    report->subject.layers[layer].origin == BOLT_ORIGIN_UNKNOWN)
		return NULL;
	return bolt_origin_text(report->subject.layers[layer].origin);
}

const char *bolt_finding_fix(const struct bolt_finding *finding)
{
	static const char *const texts[_BOLT_STATUS_MAX] = {
		[BOLT_STATUS_AFFECTED] = "none yet",         [BOLT_STATUS_FIXED] = "fixed",
		[BOLT_STATUS_WILL_NOT_FIX] = "will not fix", [BOLT_STATUS_DEFERRED] = "deferred",
		[BOLT_STATUS_END_OF_LIFE] = "end of life",   [BOLT_STATUS_UNDER_INVESTIGATION] = "not known yet",
		[BOLT_STATUS_NOT_AFFECTED] = "not affected",
	};

	return finding->fixed_version ? finding->fixed_version : texts[finding->status];
}

const char *bolt_finding_title(const struct bolt_finding *finding)
{
	return finding->title ? finding->title : finding->description ? finding->description : "";
}

bool bolt_is_web_url(const char *text)
{
	const char *after = text && bolt_starts_with(text, "https://")  ? text + 8
			    : text && bolt_starts_with(text, "http://") ? text + 7
									: "";
	bool host = (*after >= 'a' && *after <= 'z') || (*after >= 'A' && *after <= 'Z') || (*after >= '0' && *after <= '9');

	for (const char *p = after; *p && host; p++) {
		if (*p <= 0x20 || *p >= 0x7f || strchr("\"<>\\^`{|}[]", *p))
			return false;
		/* A '%' that begins no triplet makes the whole no URI. */
		if (*p == '%' && (strspn(p + 1, "0123456789abcdefABCDEF") < 2))
			return false;
	}
	return host;
}

const char *bolt_finding_url(const struct bolt_finding *finding)
{
	for (size_t i = 0; i < finding->evidence_len; i++) {
		if (bolt_is_web_url(finding->evidence[i].url))
			return finding->evidence[i].url;
	}
	for (size_t i = 0; i < finding->references.len; i++) {
		if (bolt_is_web_url(finding->references.items[i]))
			return finding->references.items[i];
	}
	return NULL;
}

/* Reads two digits of at most `most`. */
static bool take_pair(const char **text, unsigned least, unsigned most)
{
	const char *p = *text;
	bool digits = p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9';
	unsigned value = digits ? (unsigned) (p[0] - '0') * 10 + (unsigned) (p[1] - '0') : 0;

	*text += digits ? 2 : 0;
	return digits && value >= least && value <= most;
}

static bool take_char(const char **text, const char *any_of)
{
	bool found = **text && strchr(any_of, **text);

	*text += found;
	return found;
}

bool bolt_is_timestamp(const char *text)
{
	const char *p = text;

	if (!p || !take_pair(&p, 0, 99) || !take_pair(&p, 0, 99) || !take_char(&p, "-") || !take_pair(&p, 1, 12) ||
	    !take_char(&p, "-") || !take_pair(&p, 1, 31) || !take_char(&p, "T") || !take_pair(&p, 0, 23) || !take_char(&p, ":") ||
	    !take_pair(&p, 0, 59) || !take_char(&p, ":") || !take_pair(&p, 0, 59))
		return false;
	if (take_char(&p, ".")) {
		size_t digits = strspn(p, "0123456789");

		if (digits == 0)
			return false;
		p += digits;
	}
	if (take_char(&p, "Z"))
		return *p == '\0';
	return take_char(&p, "+-") && take_pair(&p, 0, 23) && take_char(&p, ":") && take_pair(&p, 0, 59) && *p == '\0';
}

const char *bolt_finding_key_id(const struct bolt_finding *finding)
{
	return finding->id;
}

const char *bolt_finding_key_type(const struct bolt_finding *finding)
{
	return finding->package->type;
}

struct order_context {
	const struct bolt_report *report;
	const char *(*key)(const struct bolt_finding *);
};

static int compare_by_key(const void *left, const void *right, void *context)
{
	const struct order_context *order = context;
	const size_t *a = left, *b = right;
	int r = strcmp(order->key(&order->report->findings[*a]), order->key(&order->report->findings[*b]));

	return r ? r : (*a > *b) - (*a < *b);
}

int bolt_findings_order(const struct bolt_report *report, const char *(*key)(const struct bolt_finding *), size_t **ret_order)
{
	struct order_context context = { report, key };
	size_t *order = calloc(report->findings_len + 1, sizeof(*order));

	if (!order)
		return -ENOMEM;
	for (size_t i = 0; i < report->findings_len; i++)
		order[i] = i;
	qsort_r(order, report->findings_len, sizeof(*order), compare_by_key, &context);
	*ret_order = order;
	return 0;
}
