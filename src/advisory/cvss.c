#include "advisory/cvss.h"

#include <errno.h>
#include <string.h>

#include "advisory/cvss_vectors.h"
#include "core/cursor.h"

enum bolt_severity cvss_severity(unsigned tenths)
{
	if (tenths >= 90)
		return BOLT_SEVERITY_CRITICAL;
	if (tenths >= 70)
		return BOLT_SEVERITY_HIGH;
	if (tenths >= 40)
		return BOLT_SEVERITY_MEDIUM;
	return tenths > 0 ? BOLT_SEVERITY_LOW : BOLT_SEVERITY_NEGLIGIBLE;
}

/* One "METRIC:VALUE". */
static int take_metric(const struct cvss_version *version, struct bolt_cursor field, signed char *values)
{
	struct bolt_cursor name;

	if (!memchr(field.p, ':', field.left) || !bolt_take_until(&field, ':', &name))
		return -EINVAL;
	for (size_t i = 0; i < version->metrics_len; i++) {
		if (!bolt_cursor_is(name, version->metrics[i].name))
			continue;
		for (int word = 0; word < CVSS_VALUES_MOST && version->metrics[i].words[word]; word++) {
			if (!bolt_cursor_is(field, version->metrics[i].words[word]))
				continue;
			if (values[i] != CVSS_MISSING)
				return -EINVAL;
			values[i] = (signed char) word;
			return 0;
		}
		return -EINVAL;
	}
	return -EINVAL;
}

/* In any order: v2, v3.0 and v4 prescribe one, but publishers do not keep to it, and no order says anything else. */
static int take_metrics(const struct cvss_version *version, struct bolt_cursor vector, signed char *values)
{
	struct bolt_cursor field;

	memset(values, CVSS_MISSING, CVSS_METRICS_MOST);
	if (vector.left == 0 || vector.p[vector.left - 1] == '/')
		return -EINVAL;
	while (bolt_take_until(&vector, '/', &field)) {
		if (take_metric(version, field, values) < 0)
			return -EINVAL;
	}
	for (size_t i = 0; i < version->metrics_len; i++) {
		if (values[i] != CVSS_MISSING)
			continue;
		if (i < version->required_len)
			return -EINVAL;
		values[i] = 0;
	}
	return 0;
}

int bolt_cvss_parse(const char *vector, struct bolt_cvss *ret_cvss)
{
	static const struct cvss_version *const versions[] = { &cvss_v31, &cvss_v30, &cvss_v4, &cvss_v2 };
	struct bolt_cursor text = bolt_cursor(vector, strlen(vector));
	const struct cvss_version *version = NULL;
	signed char values[CVSS_METRICS_MOST];

	for (size_t i = 0; i < BOLT_ARRAY_LEN(versions) && !version; i++) {
		if (bolt_take_prefix(&text, versions[i]->prefix))
			version = versions[i];
	}
	if (version == &cvss_v2 && text.left > 1 && text.p[0] == '(' && text.p[text.left - 1] == ')')
		text = bolt_cursor(text.p + 1, text.left - 2);
	if (!version || take_metrics(version, text, values) < 0)
		return -EINVAL;
	struct bolt_cvss cvss = { .major = version->major, .minor = version->minor };
	version->score(version, values, &cvss);
	*ret_cvss = cvss;
	return 0;
}
