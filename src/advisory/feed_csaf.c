/* Red Hat's CSAF VEX documents: one a CVE, alone or as the archive of all. A product is a package (purl) as part of a module,
 * perhaps, as part of a platform (CPE). Kept is what is said of Red Hat Enterprise Linux itself: extended support streams (EUS,
 * AUS, E4S, TUS, ELS) have versions of their own, and layered products are not what an image's release says. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/csaf_document.h"
#include "advisory/feed_private.h"
#include "advisory/limits.h"
#include "core/text.h"
#include "oci/tar.h"

struct archive {
	struct bolt_feed_sink *sink;
	uint64_t documents, foreign; /* foreign: no VEX documents */
	int64_t newest;
};

static int read_document(struct archive *archive, struct bolt_cursor bytes, const char *where, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_arena_freep) struct bolt_arena *arena = bolt_arena_new(BOLT_CSAF_TEXT_MAX);
	struct bolt_draft draft;
	bool vex = true;

	if (!arena || bolt_draft_init(&draft) < 0)
		return -ENOMEM;
	archive->documents++;
	int r = bolt_csaf_draft(bytes, &draft, arena, &vex);
	if (vex)
		r = bolt_draft_hand(&draft, r, draft.advisory.id ? draft.advisory.id : where, archive->sink, err);
	else
		archive->foreign++;
	if (draft.advisory.modified_unix > archive->newest)
		archive->newest = draft.advisory.modified_unix;
	bolt_draft_done(&draft);
	return r;
}

static int read_content(struct archive *archive, struct bolt_reader *content, const char *where, struct bolt_err *err)
{
	uint8_t *bytes = NULL;
	size_t len = 0;
	int r = bolt_reader_slurp(content, BOLT_CSAF_BYTES_MAX, where, &bytes, &len, err);

	if (r == 0)
		r = read_document(archive, bolt_cursor(bytes, len), where, err);
	free(bytes);
	return r;
}

static int read_archive(struct archive *archive, struct bolt_reader *reader, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_tar_freep) struct bolt_tar *tar = bolt_tar_new(reader);
	struct bolt_tar_entry entry;
	int r;

	if (!tar)
		return -ENOMEM;
	while ((r = bolt_tar_next(tar, &entry, err)) > 0) {
		char where[256];

		if (entry.kind != BOLT_TAR_FILE || !bolt_ends_with(entry.name, ".json"))
			continue;
		(void) snprintf(where, sizeof(where), "%s", bolt_basename(entry.name));
		r = read_content(archive, bolt_tar_content(tar), where, err);
		if (r < 0)
			return r;
	}
	if (r == 0 && archive->documents == 0)
		r = bolt_err_set(err, -EBADMSG, "an archive without a JSON document");
	return r < 0 ? r : bolt_reader_drain(reader, NULL, err); /* a failure to decompress may come after the last entry */
}

static int read_part(struct bolt_reader *reader, const char *part, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	struct archive archive = { .sink = sink };
	int r = strcmp(part, "redhat-vex/all") == 0 ? read_archive(&archive, reader, err)
						    : read_content(&archive, reader, part, err);

	if (r == 0 && archive.newest > 0)
		sink->dated(sink, archive.newest);
	bolt_feed_skipped(sink, "CSAF documents that are no VEX", archive.foreign);
	return r;
}

/* A tar archive of YEAR/cve-....json, or such a document. */
static bool recognise(const char *path, struct bolt_cursor head, char part[BOLT_PART_NAME])
{
	const char *name = bolt_basename(path);
	bool tar = head.left > 512 && memcmp(head.p + 257, "ustar", 5) == 0;

	if (!memmem(head.p, head.left, "\"csaf_vex\"", 10) || !memmem(head.p, head.left, "https://www.redhat.com", 22))
		return false;
	if (tar)
		return bolt_feed_part(part, "redhat-vex/all");
	return *name && bolt_feed_part(part, "redhat-vex/%s", name);
}

/* The archive's name has its date in it; this file says it. */
static const struct bolt_feed_source sources[] = {
	{ "redhat-vex/all", "https://security.access.redhat.com/data/csaf/v2/vex/archive_latest.txt", NULL, false,
	  "redhat-vex/all.tar.zst" },
};

const struct bolt_feed bolt_feed_csaf = {
	.name = "redhat-vex",
	.publisher = "Red Hat",
	.summary = "CSAF VEX documents for Red Hat Enterprise Linux, fixed or not; extended support streams are left out",
	.sources = sources,
	.sources_len = BOLT_ARRAY_LEN(sources),
	.recognise = recognise,
	.read = read_part,
};
