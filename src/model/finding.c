#include "model/finding.h"

#include <errno.h>
#include <strings.h>

static const char *const severities[_BOLT_SEVERITY_MAX] = { "unknown", "negligible", "low", "medium", "high", "critical" };

const char *bolt_severity_text(enum bolt_severity severity)
{
	return severities[severity];
}

int bolt_severity_parse(const char *text, enum bolt_severity *ret_severity)
{
	static const struct {
		const char *text;
		enum bolt_severity severity;
	} others[] = { { "moderate", BOLT_SEVERITY_MEDIUM }, { "important", BOLT_SEVERITY_HIGH } };

	for (int i = 0; i < _BOLT_SEVERITY_MAX; i++) {
		if (strcasecmp(text, severities[i]) == 0) {
			*ret_severity = (enum bolt_severity) i;
			return 0;
		}
	}
	for (size_t i = 0; i < BOLT_ARRAY_LEN(others); i++) {
		if (strcasecmp(text, others[i].text) == 0) {
			*ret_severity = others[i].severity;
			return 0;
		}
	}
	return -EINVAL;
}

const char *bolt_status_text(enum bolt_status status)
{
	static const char *const texts[_BOLT_STATUS_MAX] = {
		"affected", "fixed", "will-not-fix", "deferred", "end-of-life", "under-investigation", "not-affected",
	};

	return texts[status];
}

const char *bolt_action_kind_text(enum bolt_action_kind kind)
{
	static const char *const texts[] = { "rebuild-base", "bump-runtime", "bump-dependency" };

	return texts[kind];
}
