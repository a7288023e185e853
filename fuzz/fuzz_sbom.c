/* Any bytes as a bill of materials. What is read must be writable in every format, and what loses nothing must come back whole. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/text.h"
#include "inventory/sbom.h"
#include "report/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static struct bolt_out out;

static void read_back(int fd, const struct bolt_report *report)
{
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *again = bolt_report_new(64 << 20);
	off_t n = lseek(fd, 0, SEEK_END);
	char *text = n > 0 ? malloc((size_t) n) : NULL;
	struct bolt_err err;

	if (!again || !text || pread(fd, text, (size_t) n, 0) != n)
		abort();
	if (bolt_sbom_read(text, (size_t) n, again, &err) < 0)
		abort();
	if (again->packages_len != report->packages_len || again->removed_packages_len != report->removed_packages_len)
		abort();
	if (again->subject.layers_len != report->subject.layers_len)
		abort();
	for (size_t i = 0; i < report->packages_len; i++) {
		if (strcmp(again->packages[i].purl, report->packages[i].purl) != 0)
			abort();
	}
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = bolt_report_new(16 << 20);
	const struct bolt_report_style style = { .columns = 40, .tool_version = "0" };
	struct bolt_err err = { .msg = "" };

	int r = report ? bolt_sbom_read(bytes, n, report, &err) : -ENOMEM;
	if (r != 0 && r != -EBADMSG && r != -ENOMEM && r != -E2BIG)
		abort();
	if (r < 0) {
		if (report && !err.msg[0])
			abort();
		return 0;
	}
	for (size_t i = 0; i < bolt_report_formats_len; i++) {
		const char *name = bolt_report_formats[i].name;
		int fd = memfd_create("document", MFD_CLOEXEC);

		bolt_out_init(&out, fd);
		if (fd < 0 || bolt_report_formats[i].write(report, &style, &out) < 0 || bolt_out_flush(&out) < 0)
			abort();
		if (bolt_starts_with(name, "cyclonedx") || bolt_starts_with(name, "spdx") || strcmp(name, "json") == 0)
			read_back(fd, report);
		close(fd);
	}
	return 0;
}
