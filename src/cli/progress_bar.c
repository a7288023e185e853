#include "cli/progress_bar.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/text.h"

void cli_bar_start(struct cli_bar *bar)
{
	*bar = (struct cli_bar){ .started_usec = bolt_now_usec() };
}

static unsigned columns(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static bool too_early(const struct cli_bar *bar)
{
	return bolt_now_usec() - bar->started_usec < 500000;
}

/* " 12 MB of 40 MB  30 MB/s" */
static void say_bytes(const struct cli_bar *bar, uint64_t done, uint64_t total, char *text, size_t len)
{
	uint64_t elapsed = bolt_now_usec() - bar->started_usec;
	char size[32], of[32], rate[32];

	(void) snprintf(text, len, " %s%s%s  %s/s", bolt_format_size(done, size, sizeof(size)), total ? " of " : "",
			total ? bolt_format_size(total, of, sizeof(of)) : "",
			bolt_format_size(done * 1000000 / (elapsed ? elapsed : 1), rate, sizeof(rate)));
}

static void draw(struct cli_bar *bar, uint64_t done, uint64_t total, const char *tail)
{
	static const char *const blocks[] = { " ", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	unsigned width = columns(), text = (unsigned) strlen(tail);
	unsigned room = width > text + 4 ? width - text - 4 : 0;
	char line[512] = "";

	if (total > 0 && room >= 10) {
		unsigned cells = room < 40 ? room : 40;
		uint64_t eighths = (done < total ? done : total) * cells * 8 / total;
		size_t used = 0;

		for (unsigned i = 0; i < cells; i++) {
			const char *cell = eighths >= 8 * (uint64_t) (i + 1) ? "█"
					   : eighths > 8 * (uint64_t) i      ? blocks[eighths % 8]
									     : " ";
			used += (size_t) snprintf(line + used, sizeof(line) - used, "%s", cell);
		}
		(void) fprintf(stderr, "\r\033[2K▕%s▏%.*s", line, (int) (width - cells - 3), tail);
	} else {
		(void) fprintf(stderr, "\r\033[2K%.*s", (int) (width - 1), tail + 1);
	}
	(void) fflush(stderr);
	bar->drawn = true;
}

void cli_bar_draw(struct cli_bar *bar, const struct bolt_progress *progress)
{
	uint64_t done = bolt_progress_get(&progress->bytes_done), total = bolt_progress_get(&progress->bytes_total);
	char bytes[96], layers[48] = "", tail[192];

	if (too_early(bar))
		return;
	say_bytes(bar, done, total, bytes, sizeof(bytes));
	if (progress->layers_total > 0)
		(void) snprintf(layers, sizeof(layers), "  layer %llu/%llu",
				(unsigned long long) bolt_progress_get(&progress->layers_done),
				(unsigned long long) bolt_progress_get(&progress->layers_total));
	(void) snprintf(tail, sizeof(tail), "%s%s  %llu files", bytes, layers,
			(unsigned long long) bolt_progress_get(&progress->files));
	draw(bar, done, total, tail);
}

void cli_bar_draw_import(struct cli_bar *bar, const struct bolt_import_progress *progress)
{
	uint64_t done = bolt_progress_get(&progress->bytes_done), total = bolt_progress_get(&progress->bytes_total);
	char bytes[96], part[BOLT_PART_NAME], tail[320];

	if (too_early(bar))
		return;
	memcpy(part, progress->part, sizeof(part)); /* it may change meanwhile */
	part[sizeof(part) - 1] = '\0';
	bolt_text_clean(part);
	say_bytes(bar, done, total, bytes, sizeof(bytes));
	(void) snprintf(tail, sizeof(tail), "%s  %llu advisories  %s", bytes,
			(unsigned long long) bolt_progress_get(&progress->records), part);
	draw(bar, done, total, tail);
}

void cli_bar_draw_bytes(struct cli_bar *bar, uint64_t done, uint64_t total, const char *tail)
{
	char bytes[96], line[192];

	if (too_early(bar))
		return;
	say_bytes(bar, done, total, bytes, sizeof(bytes));
	(void) snprintf(line, sizeof(line), "%s  %s", bytes, tail);
	draw(bar, done, total, line);
}

void cli_bar_clear(struct cli_bar *bar)
{
	if (bar->drawn)
		(void) fprintf(stderr, "\r\033[2K");
	(void) fflush(stderr);
	bar->drawn = false;
}
