/* Red Hat's OVAL v2: errata (class patch), CVEs without a fix and CVEs that do not affect (class vulnerability). Definitions for
 * extended support streams alone are left out: those who have them get other versions. */
#include <stdio.h>
#include <string.h>

#include "advisory/feed_private.h"
#include "advisory/oval.h"
#include "core/text.h"

/* "Red Hat Enterprise Linux 9 is installed"; not "... must be installed", and not "9.2 EUS" */
static bool redhat_release(const char *sentence, char ret_ecosystem[BOLT_ECOSYSTEM_NAME])
{
	static const char prefix[] = "Red Hat Enterprise Linux ";

	if (!bolt_starts_with(sentence, prefix))
		return false;
	sentence += sizeof(prefix) - 1;
	size_t len = strspn(sentence, "0123456789");
	int n = snprintf(ret_ecosystem, BOLT_ECOSYSTEM_NAME, "Red Hat:%.*s", (int) (len < 8 ? len : 8), sentence);
	return len > 0 && n > 0 && (sentence[len] == '\0' || sentence[len] == ' ');
}

bool bolt_oval_resolution(const char *state, enum bolt_status *ret_status)
{
	static const struct {
		const char *state;
		enum bolt_status status;
	} rows[] = {
		{ "Affected", BOLT_STATUS_AFFECTED },
		{ "Will not fix", BOLT_STATUS_WILL_NOT_FIX },
		{ "Fix deferred", BOLT_STATUS_DEFERRED },
		{ "Out of support scope", BOLT_STATUS_END_OF_LIFE },
		{ "Under investigation", BOLT_STATUS_UNDER_INVESTIGATION },
		{ "Not affected", BOLT_STATUS_NOT_AFFECTED },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		if (strcmp(state, rows[i].state) == 0) {
			*ret_status = rows[i].status;
			return true;
		}
	}
	return false;
}

static const struct bolt_oval_dialect dialect = {
	.ids = "oval:com.redhat.",
	.release = redhat_release,
	.unaffected = "oval:com.redhat.unaffected:",
	.cpe = ":redhat:enterprise_linux:",
};

/* The file's name is the only place that tells one file of a release from another: "rhel-9-including-unpatched.oval.xml". */
static bool recognise(const char *path, struct bolt_cursor head, char part[BOLT_PART_NAME])
{
	const char *name = bolt_basename(path);
	const uint8_t *platform;
	static const char prefix[] = "<platform>Red Hat Enterprise Linux ";

	if (!memmem(head.p, head.left, "oval:com.redhat.", 16) || !memmem(head.p, head.left, "oval_definitions", 16))
		return false;
	const char *dot = strstr(name, ".oval");
	if (dot && dot > name)
		return bolt_feed_part(part, "redhat-oval/%.*s", (int) (dot - name), name);
	platform = memmem(head.p, head.left, prefix, sizeof(prefix) - 1);
	if (!platform || (size_t) (head.p + head.left - platform) < sizeof(prefix) + 1)
		return bolt_feed_part(part, "redhat-oval/unnamed");
	size_t left = (size_t) (head.p + head.left - platform) - (sizeof(prefix) - 1), len = 0;
	const char *release = (const char *) platform + sizeof(prefix) - 1;
	while (len < left && len < 4 && release[len] >= '0' && release[len] <= '9')
		len++;
	return len > 0 && bolt_feed_part(part, "redhat-oval/rhel-%.*s", (int) len, release);
}

static int read_part(struct bolt_reader *reader, const char *part, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	(void) part;
	return bolt_oval_read(reader, &dialect, sink, err);
}

static const struct bolt_feed_source sources[] = {
	{ "redhat-oval/rhel-{}-including-unpatched",
	  "https://security.access.redhat.com/data/oval/v2/RHEL{}/rhel-{}-including-unpatched.oval.xml.bz2", "7 8 9", false,
	  "redhat-oval/rhel-{}-including-unpatched.oval.xml.bz2" },
	{ "redhat-oval/rhel-{}", "https://security.access.redhat.com/data/oval/v2/RHEL{}/rhel-{}.oval.xml.bz2", "7 8 9", false,
	  "redhat-oval/rhel-{}.oval.xml.bz2" },
};

const struct bolt_feed bolt_feed_oval_redhat = {
	.name = "redhat-oval",
	.publisher = "Red Hat",
	.summary = "Red Hat Enterprise Linux errata and unfixed CVEs as OVAL v2; extended support streams are left out",
	.sources = sources,
	.sources_len = BOLT_ARRAY_LEN(sources),
	.recognise = recognise,
	.read = read_part,
};
