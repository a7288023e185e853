/* Who must act on what a layer holds: the base image's maker, whoever chose the runtime, or the application's author. */
#pragma once

#include "core/digest.h"
#include "core/err.h"
#include "core/macros.h"
#include "model/report.h"
#include "oci/manifest.h"

/* Fills origin and origin_reason of every layer. `base`: the diff IDs of the image named by --base, lowest first (NULL: not named);
 * when they are not the image's own lowest layers, that becomes a warning. Without it the image's history is read: see origin.c.
 * 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_origin_fill(struct bolt_report *report, const struct bolt_config *config, const struct bolt_digest *base,
				     size_t base_len, const char *base_name);
