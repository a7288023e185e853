/* An image archive of any bytes, read as a stream and then as a file. Aborts when a scan breaks scan/image_scan.h's promises. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "inventory/cataloger.h"
#include "oci/archive.h"
#include "scan/image_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check(struct bolt_report *report, struct bolt_image_scan *scan, int r, const struct bolt_err *said)
{
	struct bolt_err err = { .msg = "" };

	if (r < 0 && r != -ENOMEM && !said->msg[0])
		abort();
	if (r == 0)
		r = bolt_image_report(report, scan, &err);
	if (r < 0 && r != -EBADMSG && r != -E2BIG && r != -ENOENT && r != -ENOMEM && r != -EINVAL)
		abort();
	if (r == 0 && report->subject.layers_len != scan->plan.layers_len)
		abort();
	bolt_image_scan_done(scan);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct bolt_budget budget = { 4 << 20 };
	struct bolt_progress progress = { 0 };
	struct bolt_scan_context context = { .budget = &budget, .progress = &progress, .where_mask = BOLT_CATALOG_INSTALLED };
	struct bolt_image_scan scan = { .results = NULL };
	struct bolt_err err = { .msg = "" };

	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *streamed = bolt_report_new(64 << 20), *read = bolt_report_new(64 << 20);
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *stream = bolt_reader_memory(bytes, n, 8192);
	if (!streamed || !stream)
		return 0;
	check(streamed, &scan, bolt_stream_scan(&context, streamed, stream, NULL, NULL, &scan, &err), &err);

	BOLT_CLEANUP(bolt_archive_freep) struct bolt_archive *archive = NULL;
	int fd = memfd_create("archive", MFD_CLOEXEC);
	if (read && fd >= 0 && n > 0 && write(fd, bytes, n) == (ssize_t) n && bolt_archive_open(fd, &archive, &err) == 0) {
		struct bolt_archive_blobs blobs;
		struct bolt_image_scan again = { .results = NULL };

		bolt_archive_blobs_init(&blobs, archive);
		int r = bolt_image_scan(&context, read, &blobs.base, n % 2 ? "index.json" : "manifest.json", NULL, NULL, &again,
					&err);
		check(read, &again, r, &err);
	}
	if (fd >= 0)
		close(fd);
	return 0;
}
