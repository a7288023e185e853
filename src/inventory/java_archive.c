/* Java archives (jar, war, ear and their kin) and the archives inside them. Small ones are read in memory by their central
 * directory, which is what Java itself goes by; large ones as a stream, in constant memory. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/zip.h"
#include "inventory/big_buffer.h"
#include "inventory/cataloger.h"
#include "inventory/java_records.h"
#include "inventory/limits.h"

/* One file and everything in it. */
struct scan {
	struct bolt_sink *sink;
	struct bolt_zip_budget budget;
	struct bolt_big_buffer memory;
	bool warned_unreadable; /* one warning tells of all encrypted entries */
	unsigned unidentified;  /* archives that nothing names */
};

static int read_archive(struct scan *scan, struct bolt_zip *zip, const char *location, unsigned depth, struct bolt_err *err);

static void free_bytes(uint8_t **bytes)
{
	free(*bytes);
}

/* An archive in memory. Returns like read_archive. */
static int read_memory(struct scan *scan, struct bolt_cursor bytes, const char *location, unsigned depth, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_zip_closep) struct bolt_zip *zip = NULL;
	if (bolt_cursor_starts(bytes, "Rar!"))
		return 0; /* the other kind of .rar */
	int r = bolt_zip_open_memory(bytes, &scan->budget, &zip, err);
	return r < 0 ? r : read_archive(scan, zip, location, depth, err);
}

static int read_stream(struct scan *scan, struct bolt_reader *source, const char *location, unsigned depth, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_zip_closep) struct bolt_zip *zip = NULL;
	int r = bolt_zip_open_stream(source, &scan->budget, &zip, err);

	return r < 0 ? r : read_archive(scan, zip, location, depth, err);
}

/* By central directory when `size` bytes may be held, else as a stream. */
static int read_source(struct scan *scan, struct bolt_reader *source, uint64_t size, size_t memory_max, const char *location,
		       unsigned depth, struct bolt_err *err)
{
	BOLT_CLEANUP(free_bytes) uint8_t *bytes = NULL;
	size_t n;

	if (!bolt_big_buffer_take(&scan->memory, size, memory_max))
		return read_stream(scan, source, location, depth, err);
	int r = bolt_reader_slurp(source, (size_t) size, "the archive", &bytes, &n, err);
	if (r == 0)
		r = read_memory(scan, bolt_cursor(bytes, n), location, depth, err);
	bolt_big_buffer_give(&scan->memory, (size_t) size);
	return r;
}

/* Damage and bounds inside cost a warning and what is inside; the archive around is read on. */
static int forgive(struct scan *scan, int r, const char *where, const struct bolt_err *err)
{
	switch (r) {
	case -EBADMSG:
		bolt_sink_warn(scan->sink, "java-archive-damaged", "%s: %s", where, bolt_err_text(err, r));
		return 0;
	case -EOPNOTSUPP:
		if (!scan->warned_unreadable)
			bolt_sink_warn(scan->sink, "java-archive-unreadable", "%s: %s; it and others like it are not looked into",
				       where, bolt_err_text(err, r));
		scan->warned_unreadable = true;
		return 0;
	case -E2BIG:
		bolt_sink_warn(scan->sink, "limit-java-archive", "%s: %s", where, bolt_err_text(err, r));
		return 0;
	default:
		return r;
	}
}

static int read_nested(struct scan *scan, struct bolt_zip *zip, const struct bolt_zip_entry *entry, const char *location,
		       unsigned depth, struct bolt_err *err)
{
	struct bolt_reader *content;
	struct bolt_cursor bytes;

	if (depth >= BOLT_JAR_DEPTH_MAX)
		return bolt_err_set(err, -E2BIG, "nested deeper than the bound of %u archives", BOLT_JAR_DEPTH_MAX);
	if (bolt_zip_stored(zip, &bytes))
		return read_memory(scan, bytes, location, depth, err);
	int r = bolt_zip_content(zip, &content, err);
	return r < 0 ? r : read_source(scan, content, entry->size, BOLT_JAR_NESTED_MAX, location, depth, err);
}

static int read_text(struct scan *scan, struct bolt_zip *zip, const struct bolt_zip_entry *entry, enum bolt_java_entry kind,
		     struct bolt_java_records *records, struct bolt_err *err)
{
	BOLT_CLEANUP(free_bytes) uint8_t *bytes = NULL;
	struct bolt_reader *content;
	size_t n;
	int r = bolt_zip_content(zip, &content, err);

	if (r == 0)
		r = bolt_reader_slurp(content, BOLT_JAR_TEXT_MAX, entry->name, &bytes, &n, err);
	return r < 0 ? r : bolt_java_records_take(records, scan->sink, kind, entry->name, bolt_cursor(bytes, n));
}

static int read_entry(struct scan *scan, struct bolt_zip *zip, const struct bolt_zip_entry *entry, const char *location,
		      unsigned depth, struct bolt_java_records *records)
{
	enum bolt_java_entry kind = bolt_java_entry_kind(entry->name);
	struct bolt_err err = { .msg = "" };

	bolt_java_records_name(records, entry->name);
	if (kind == BOLT_JAVA_OTHER)
		return 0;
	if (kind != BOLT_JAVA_ARCHIVE)
		return forgive(scan, read_text(scan, zip, entry, kind, records, &err), location, &err);
	const char *inside = bolt_sink_printf(scan->sink, "%s!/%s", location, entry->name);
	return inside ? forgive(scan, read_nested(scan, zip, entry, inside, depth + 1, &err), inside, &err) : -ENOMEM;
}

/* Code that no vulnerability can be looked up for is told, the first of a file one by one. */
static void tell_unidentified(struct scan *scan, const char *location)
{
	if (scan->unidentified++ < BOLT_JAR_UNIDENTIFIED_TOLD)
		bolt_sink_warn(scan->sink, "java-archive-unidentified",
			       "%s: neither Maven's records, the manifest nor the file's name tell its name and version; "
			       "it is not in the list of packages",
			       location);
}

/* Reads all entries and adds what they say, also when the archive turns out damaged or too large on the way.
 * 0 | -EBADMSG | -E2BIG | -ENOMEM | what the source failed with; err set. */
static int read_archive(struct scan *scan, struct bolt_zip *zip, const char *location, unsigned depth, struct bolt_err *err)
{
	struct bolt_java_records records = { 0 };
	struct bolt_zip_entry entry;
	int r;

	while ((r = bolt_zip_next(zip, &entry, err)) > 0) {
		r = read_entry(scan, zip, &entry, location, depth, &records);
		if (r < 0)
			break;
	}
	if (records.full)
		bolt_sink_warn(scan->sink, "limit-java-archive", "%s: more than the bound of %u Maven records", location,
			       BOLT_JAR_POMS_MAX);
	if (r == 0 || r == -EBADMSG || r == -E2BIG) {
		struct bolt_err full;
		int added = bolt_java_records_add(&records, scan->sink, location, &full);

		if (r == 0 && added == BOLT_JAVA_UNIDENTIFIED)
			tell_unidentified(scan, location);
		if (added < 0)
			r = bolt_err_set(err, added, "%s", bolt_err_text(&full, added));
	}
	bolt_java_records_done(&records);
	return r;
}

static int stream_java_archive(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	/* Real archives unpack to two or three times their size. */
	uint64_t unpacked = file->size < BOLT_JAR_UNPACKED_MAX / 100 ? file->size * 100 + BOLT_JAR_UNPACKED_FREE
								     : BOLT_JAR_UNPACKED_MAX;
	struct scan scan = { .sink = sink, .budget = { .bytes = unpacked, .entries = BOLT_JAR_ENTRIES_MAX } };
	const char *location = bolt_sink_strdup(sink, file->path); /* records keep it, and the path is only lent */
	int r = location ? read_source(&scan, file->content, file->size, BOLT_JAR_BUFFERED_MAX, location, 0, err) : -ENOMEM;

	if (scan.unidentified > BOLT_JAR_UNIDENTIFIED_TOLD)
		bolt_sink_warn(sink, "java-archive-unidentified", "%s: %u more archives in it tell neither name nor version",
			       location, scan.unidentified - BOLT_JAR_UNIDENTIFIED_TOLD);
	bolt_big_buffer_done(&scan.memory);
	return r;
}

static const char *const patterns[] = {
	"**/*.jar", "**/*.war", "**/*.ear", "**/*.par", "**/*.sar", "**/*.nar", "**/*.jpi",
	"**/*.hpi", "**/*.kar", "**/*.rar", "**/*.JAR", "**/*.WAR", "**/*.EAR", NULL,
};

const struct bolt_cataloger bolt_cataloger_java_archive = {
	.name = "java-archive",
	.type = "maven",
	.summary = "Java archives and those inside them: pom.properties, pom.xml, manifest, file name",
	.where = BOLT_CATALOG_INSTALLED,
	.patterns = patterns,
	.stream = stream_java_archive,
};
