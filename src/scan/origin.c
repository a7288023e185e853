/* An image's history keeps a trace of the images it was built on: each of them ended with steps that make no layer and set what
 * runs (CMD, ENTRYPOINT). So the last such step before more layers follow ends an image below: the first of them is the base, what
 * further ones added is the runtime, and what follows the last is the application. */
#include "scan/origin.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

enum { BOUNDARIES_MOST = 64 };

static bool sets_what_runs(const struct bolt_history *step)
{
	const char *by = step->created_by;

	if (!step->empty_layer || !by)
		return false;
	return strstr(by, "#(nop)  CMD ") || strstr(by, "#(nop) CMD ") || strstr(by, "#(nop)  ENTRYPOINT ") ||
	       strstr(by, "#(nop) ENTRYPOINT ") || bolt_starts_with(by, "CMD ") || bolt_starts_with(by, "ENTRYPOINT ");
}

/* Layer counts after which an image below ended. Returns how many. */
static size_t find_boundaries(const struct bolt_config *config, size_t layers, size_t *ends)
{
	size_t found = 0, below = 0;

	for (size_t i = 0; i < config->history_len && found < BOUNDARIES_MOST; i++) {
		if (!config->history[i].empty_layer)
			below++;
		else if (sets_what_runs(&config->history[i]) && below > 0 && below < layers &&
			 (found == 0 || ends[found - 1] != below))
			ends[found++] = below;
	}
	return found;
}

static void set(struct bolt_layer *layer, enum bolt_origin origin, const char *reason)
{
	layer->origin = origin;
	layer->origin_reason = reason;
}

static int from_base(struct bolt_report *report, const struct bolt_config *config, const struct bolt_digest *base, size_t base_len,
		     const char *base_name)
{
	struct bolt_subject *subject = &report->subject;
	const char *reason = bolt_arena_printf(report->arena, "a layer of %s, named by --base", base_name);

	if (!reason)
		return -ENOMEM;
	bool matches = base_len <= subject->layers_len;
	for (size_t i = 0; matches && i < base_len; i++)
		matches = bolt_digest_equal(&base[i], &config->diff_ids[i]);
	if (!matches) {
		const char *text = bolt_arena_printf(
			report->arena,
			"the lowest layers are not those of %s: the image was not built on it, or on another "
			"version of it; origins are told from the history instead",
			base_name);
		int r = text ? bolt_report_warn(report, "base-image-differs", NULL, -1, text) : -ENOMEM;
		return r < 0 ? r : 0;
	}
	for (size_t i = 0; i < base_len; i++)
		set(&subject->layers[i], BOLT_ORIGIN_BASE, reason);
	for (size_t i = base_len; i < subject->layers_len; i++)
		set(&subject->layers[i], BOLT_ORIGIN_APPLICATION, "above the layers of the image named by --base");
	return 1;
}

int bolt_origin_fill(struct bolt_report *report, const struct bolt_config *config, const struct bolt_digest *base, size_t base_len,
		     const char *base_name)
{
	struct bolt_subject *subject = &report->subject;
	size_t ends[BOUNDARIES_MOST];
	int r = base ? from_base(report, config, base, base_len, base_name) : 0;

	if (r != 0)
		return r < 0 ? r : 0;
	size_t found = find_boundaries(config, subject->layers_len, ends);
	for (size_t i = 0; i < subject->layers_len; i++) {
		struct bolt_layer *layer = &subject->layers[i];

		if (found > 0 && i < ends[0])
			set(layer, BOLT_ORIGIN_BASE, "below the first step of the history that ended an image (CMD or ENTRYPOINT)");
		else if (found > 0 && i < ends[found - 1])
			set(layer, BOLT_ORIGIN_RUNTIME, "between the steps of the history that ended the images below");
		else if (found == 0 && i == 0 && report->os.id)
			set(layer, BOLT_ORIGIN_BASE, "the lowest layer, with the operating system");
		else
			set(layer, BOLT_ORIGIN_APPLICATION,
			    found > 0 ? "above the last image that the history shows below"
				      : "above the layer with the operating system");
	}
	return 0;
}
