/* SUSE's and openSUSE's OVAL: by CVE (class vulnerability; "-affected" files name what has no fix, too) or by erratum ("-patch").
 */
#include <stdio.h>
#include <string.h>

#include "advisory/feed_private.h"
#include "advisory/oval.h"
#include "core/text.h"

/* "SUSE Linux Enterprise Module for Basesystem 15 SP5 is installed", "openSUSE Leap 15.5 is installed". Products and modules of one
 * service pack are one release. */
static bool suse_release(const char *sentence, char ret_ecosystem[BOLT_ECOSYSTEM_NAME])
{
	static const char installed[] = " is installed";
	static const struct {
		const char *prefix, *ecosystem;
	} rows[] = { { "openSUSE ", "openSUSE" }, { "SUSE ", "SUSE" } };
	size_t len = strlen(sentence) - (bolt_ends_with(sentence, installed) ? sizeof(installed) - 1 : 0);

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		size_t skip = strlen(rows[i].prefix);

		if (len <= skip || !bolt_starts_with(sentence, rows[i].prefix))
			continue;
		int n = snprintf(ret_ecosystem, BOLT_ECOSYSTEM_NAME, "%s:%.*s", rows[i].ecosystem, (int) (len - skip),
				 sentence + skip);
		return n > 0 && n < BOLT_ECOSYSTEM_NAME;
	}
	return false;
}

static const struct bolt_oval_dialect dialect = {
	.ids = "oval:org.opensuse.security:",
	.release = suse_release,
};

/* The file's name alone tells what it covers: "suse.linux.enterprise.server.15-patch.xml". */
static bool recognise(const char *path, struct bolt_cursor head, char part[BOLT_PART_NAME])
{
	const char *name = bolt_basename(path), *end = strstr(name, ".xml");

	if (!memmem(head.p, head.left, "oval:org.opensuse.security:", 27) || !memmem(head.p, head.left, "oval_definitions", 16))
		return false;
	size_t len = end ? (size_t) (end - name) : strlen(name);
	return len > 0 && bolt_feed_part(part, "suse-oval/%.*s", (int) len, name);
}

static int read_part(struct bolt_reader *reader, const char *part, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	(void) part;
	return bolt_oval_read(reader, &dialect, sink, err);
}

static const struct bolt_feed_source sources[] = {
	{ "suse-oval/suse.linux.enterprise.server.{}-affected",
	  "https://ftp.suse.com/pub/projects/security/oval/suse.linux.enterprise.server.{}-affected.xml.gz", "12 15", false,
	  "suse-oval/suse.linux.enterprise.server.{}-affected.xml.gz" },
	{ "suse-oval/suse.linux.enterprise.server.{}-patch",
	  "https://ftp.suse.com/pub/projects/security/oval/suse.linux.enterprise.server.{}-patch.xml.gz", "12 15", false,
	  "suse-oval/suse.linux.enterprise.server.{}-patch.xml.gz" },
	{ "suse-oval/opensuse.leap.{}-affected", "https://ftp.suse.com/pub/projects/security/oval/opensuse.leap.{}-affected.xml.gz",
	  "15.4 15.5 15.6", false, "suse-oval/opensuse.leap.{}-affected.xml.gz" },
};

const struct bolt_feed bolt_feed_oval_suse = {
	.name = "suse-oval",
	.publisher = "SUSE",
	.summary = "SUSE Linux Enterprise and openSUSE Leap, by CVE or by erratum, as OVAL",
	.sources = sources,
	.sources_len = BOLT_ARRAY_LEN(sources),
	.recognise = recognise,
	.read = read_part,
};
