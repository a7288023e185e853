/* sample_report [--packages|--many] FORMAT [COLUMNS [color]]: writes the made-up report, that without findings, or one of hundreds.
 * sample_report --read FILE FORMAT: reads a bill of materials and writes it in FORMAT. For component tests. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/reader.h"
#include "inventory/limits.h"
#include "inventory/sbom.h"
#include "lib/sample.h"
#include "report/format.h"

static struct bolt_out out;

static struct bolt_report *read_file(const char *path)
{
	struct bolt_err err = { .msg = "" };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *reader = fd >= 0 ? bolt_reader_fd(fd) : NULL;
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = bolt_report_new((size_t) 1 << 30);
	uint8_t *bytes = NULL;
	size_t n = 0;

	int r = reader && report ? bolt_reader_slurp(reader, BOLT_SBOM_MAX, path, &bytes, &n, &err) : -EIO;
	if (r == 0)
		r = bolt_sbom_read(bytes, n, report, &err);
	free(bytes);
	if (r < 0) {
		(void) fprintf(stderr, "sample_report: %s: %s\n", path, bolt_err_text(&err, r));
		return NULL;
	}
	return BOLT_TAKE(report);
}

int main(int argc, char **argv)
{
	bool packages = argc > 1 && strcmp(argv[1], "--packages") == 0, many = argc > 1 && strcmp(argv[1], "--many") == 0;

	argv += packages || many;
	argc -= packages || many;
	bool reading = argc == 4 && strcmp(argv[1], "--read") == 0;
	const char *name = reading ? argv[3] : argc > 1 ? argv[1] : "";
	const struct bolt_report_format *format = bolt_report_format_named(name);
	struct bolt_report_style style = { .tool_version = BOLT_VERSION, .created_unix = 1700000000 };

	if (!format) {
		(void) fprintf(stderr, "usage: sample_report [--packages|--many|--read FILE] FORMAT\n");
		return 2;
	}
	if (!reading && argc > 2)
		style.columns = (unsigned) strtoul(argv[2], NULL, 10);
	style.color = !reading && argc > 3;
	BOLT_CLEANUP(bolt_report_freep)
	struct bolt_report *report = reading    ? read_file(argv[2])
				     : packages ? sample_report_of_packages()
				     : many     ? sample_report_of_many(120, 7)
						: sample_report();
	if (!report)
		return 3;
	bolt_out_init(&out, STDOUT_FILENO);
	int r = format->write(report, &style, &out);
	return r < 0 || bolt_out_flush(&out) < 0 ? 3 : 0;
}
