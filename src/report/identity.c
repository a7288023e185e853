#include "report/identity.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/digest.h"

/* With its NUL, so that "ab" + "c" is not "a" + "bc"; absent is not empty. */
static void hash_text(struct bolt_hash *hash, const char *text)
{
	if (text)
		bolt_hash_update(hash, text, strlen(text) + 1);
	else
		bolt_hash_update(hash, "\xff", 1);
}

static void hash_packages(struct bolt_hash *hash, const struct bolt_package *packages, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char layers[32];

		(void) snprintf(layers, sizeof(layers), "%d %d", packages[i].layer, packages[i].removed_layer);
		hash_text(hash, packages[i].purl);
		hash_text(hash, layers);
		for (size_t k = 0; k < packages[i].locations.len; k++)
			hash_text(hash, packages[i].locations.items[k]);
		for (size_t k = 0; k < packages[i].licenses.len; k++)
			hash_text(hash, packages[i].licenses.items[k]);
	}
	hash_text(hash, NULL);
}

static void hash_findings(struct bolt_hash *hash, const struct bolt_report *report)
{
	for (size_t i = 0; i < report->findings_len; i++) {
		const struct bolt_finding *finding = &report->findings[i];
		const struct bolt_suppression *suppressed = &finding->suppressed;

		hash_text(hash, finding->id);
		hash_text(hash, finding->package->purl);
		hash_text(hash, bolt_severity_text(finding->severity));
		hash_text(hash, bolt_status_text(finding->status));
		hash_text(hash, finding->fixed_version);
		hash_text(hash, suppressed->by);
		hash_text(hash, suppressed->status);
		hash_text(hash, suppressed->justification);
		hash_text(hash, suppressed->reason);
	}
}

int bolt_report_uuid(const struct bolt_report *report, char text[BOLT_UUID_TEXT])
{
	BOLT_CLEANUP(bolt_hash_freep) struct bolt_hash *hash = bolt_hash_new(BOLT_DIGEST_SHA256);
	struct bolt_digest digest;
	char hex[33];

	if (!hash)
		return -ENOMEM;
	hash_text(hash, report->subject.name);
	hash_text(hash, report->subject.digest);
	hash_text(hash, report->subject.image_id);
	for (size_t i = 0; i < report->subject.layers_len; i++)
		hash_text(hash, report->subject.layers[i].diff_id);
	hash_packages(hash, report->packages, report->packages_len);
	hash_packages(hash, report->removed_packages, report->removed_packages_len);
	hash_findings(hash, report);
	bolt_hash_final(hash, &digest);

	digest.bytes[6] = (uint8_t) (0x80 | (digest.bytes[6] & 0x0f)); /* version 8: the maker's own way */
	digest.bytes[8] = (uint8_t) (0x80 | (digest.bytes[8] & 0x3f));
	bolt_hex(digest.bytes, 16, hex);
	(void) snprintf(text, BOLT_UUID_TEXT, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
	return 0;
}

const char *bolt_timestamp(int64_t unix_seconds, char text[BOLT_TIMESTAMP_TEXT])
{
	static const int64_t last = 253402300799; /* 9999-12-31T23:59:59Z */
	time_t seconds = unix_seconds < 0 || unix_seconds > last ? 0 : (time_t) unix_seconds;
	struct tm tm;

	(void) gmtime_r(&seconds, &tm);
	(void) strftime(text, BOLT_TIMESTAMP_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return text;
}

int bolt_short_digest(const char *text, char hex[17])
{
	struct bolt_digest digest;
	int r = bolt_digest_of(BOLT_DIGEST_SHA256, text, strlen(text), &digest);

	if (r == 0)
		bolt_hex(digest.bytes, 8, hex);
	return r;
}

bool bolt_package_walk_next(struct bolt_package_walk *walk)
{
	const struct bolt_report *report = walk->report;
	const struct bolt_package *before = walk->package;

	if (walk->next == report->packages_len)
		return false;
	walk->package = &report->packages[walk->next++];
	walk->ordinal = before && strcmp(before->purl, walk->package->purl) == 0 ? walk->ordinal + 1 : 1;
	return true;
}

char *bolt_package_ref(const struct bolt_package_walk *walk)
{
	char *text = NULL, ordinal[24] = "";

	if (walk->ordinal > 1)
		(void) snprintf(ordinal, sizeof(ordinal), "|%zu", walk->ordinal);
	if (asprintf(&text, "%s%s", walk->package->purl, ordinal) < 0)
		return NULL;
	return text;
}
