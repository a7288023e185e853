/* Ubuntu's OVAL: USNs (class patch) and CVEs (class vulnerability), by binary package. What runs (the kernel's uname, live patches)
 * is not known of an image: criteria that ask for it name no package, and their USNs are kept without packages. */
#include <stdio.h>
#include <string.h>

#include "advisory/feed_private.h"
#include "advisory/oval.h"

/* "Ubuntu 24.04 LTS (noble) is installed.", "Ubuntu 14.04 LTS" */
static bool ubuntu_release(const char *sentence, char ret_ecosystem[BOLT_ECOSYSTEM_NAME])
{
	static const char prefix[] = "Ubuntu ";

	if (strncmp(sentence, prefix, sizeof(prefix) - 1) != 0)
		return false;
	sentence += sizeof(prefix) - 1;
	size_t len = strspn(sentence, "0123456789.");
	int n = snprintf(ret_ecosystem, BOLT_ECOSYSTEM_NAME, "Ubuntu:%.*s", (int) (len < 16 ? len : 16), sentence);
	return len > 0 && n > 0 && n < BOLT_ECOSYSTEM_NAME;
}

/* The sentences of the CVE files' criteria. FIXED without a version says nothing we could use. */
static bool ubuntu_status(const char *comment, enum bolt_status *ret_status)
{
	static const struct {
		const char *sentence;
		enum bolt_status status;
	} rows[] = {
		{ "is related to the CVE in some way and has been fixed", BOLT_STATUS_NOT_AFFECTED },
		{ "is affected and may need fixing", BOLT_STATUS_UNDER_INVESTIGATION },
		{ "is affected and needs fixing", BOLT_STATUS_AFFECTED },
		{ "a decision has been made to defer addressing it", BOLT_STATUS_DEFERRED },
		{ "is pending publication", BOLT_STATUS_AFFECTED },
		{ "a decision has been made to ignore this issue", BOLT_STATUS_WILL_NOT_FIX },
		{ "has been fixed, but no release version available", BOLT_STATUS_FIXED },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		if (strstr(comment, rows[i].sentence)) {
			*ret_status = rows[i].status;
			return true;
		}
	}
	return false;
}

static const struct bolt_oval_dialect dialect = {
	.ids = "oval:com.ubuntu.",
	.release = ubuntu_release,
	.status = ubuntu_status,
	.pro = "Available with Ubuntu Pro",
	.pro_prefix = "Ubuntu:",
	.pro_ecosystem = "Ubuntu:Pro:",
};

/* "oval:com.ubuntu.noble:def:68011000000" names the release; the generator or the class says which of the two files it is. */
static bool recognise(const char *path, struct bolt_cursor head, char part[BOLT_PART_NAME])
{
	static const char ids[] = "oval:com.ubuntu.";
	const uint8_t *found = memmem(head.p, head.left, ids, sizeof(ids) - 1);

	(void) path;
	if (!found || !memmem(head.p, head.left, "oval_definitions", 16))
		return false;
	const char *name = (const char *) found + sizeof(ids) - 1;
	size_t left = (size_t) (head.p + head.left - found) - (sizeof(ids) - 1), len = 0;
	while (len < left && len < 32 && ((name[len] >= 'a' && name[len] <= 'z') || name[len] == '.'))
		len++;
	bool notices = memmem(head.p, head.left, "USN OVAL Generator", 18) || memmem(head.p, head.left, "class=\"patch\"", 13);
	return len > 0 && bolt_feed_part(part, "ubuntu-oval/%.*s.%s", (int) len, name, notices ? "usn" : "cve");
}

static int read_part(struct bolt_reader *reader, const char *part, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	(void) part;
	return bolt_oval_read(reader, &dialect, sink, err);
}

static const struct bolt_feed_source sources[] = {
	{ "ubuntu-oval/{}.usn", "https://security-metadata.canonical.com/oval/com.ubuntu.{}.usn.oval.xml.bz2",
	  "trusty xenial bionic focal jammy noble", false, "ubuntu-oval/com.ubuntu.{}.usn.oval.xml.bz2" },
	{ "ubuntu-oval/{}.cve", "https://security-metadata.canonical.com/oval/com.ubuntu.{}.cve.oval.xml.bz2",
	  "trusty xenial bionic focal jammy noble", false, "ubuntu-oval/com.ubuntu.{}.cve.oval.xml.bz2" },
};

const struct bolt_feed bolt_feed_oval_ubuntu = {
	.name = "ubuntu-oval",
	.publisher = "Canonical",
	.summary = "Ubuntu's security notices and CVEs as OVAL, by binary package; Ubuntu Pro's apart from the others",
	.sources = sources,
	.sources_len = BOLT_ARRAY_LEN(sources),
	.recognise = recognise,
	.read = read_part,
};
