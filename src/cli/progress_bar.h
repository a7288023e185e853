/* One line on a terminal that says how far a scan or an import is. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "advisory/import.h"
#include "scan/progress.h"

struct cli_bar {
	uint64_t started_usec;
	bool drawn;
};

void cli_bar_start(struct cli_bar *bar);

/* Draws at most once a call; nothing in the first half second, so that quick scans do not flicker. */
void cli_bar_draw(struct cli_bar *bar, const struct bolt_progress *progress);

void cli_bar_draw_import(struct cli_bar *bar, const struct bolt_import_progress *progress);

/* Bytes, and what the caller has to say about them. */
void cli_bar_draw_bytes(struct cli_bar *bar, uint64_t done, uint64_t total, const char *tail);

void cli_bar_clear(struct cli_bar *bar);
