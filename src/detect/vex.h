/* VEX documents of others: OpenVEX 0.2 (github.com/openvex/spec), CSAF 2.0 (profile VEX, also what other profiles say of products)
 * and CycloneDX (vulnerabilities[].analysis). What they rule out does not count; what they affirm takes that back. */
#pragma once

#include <stddef.h>

#include "core/err.h"
#include "core/macros.h"
#include "detect/suppression.h"
#include "model/report.h"

/* Adds what a document says: by "openvex", "csaf" or "cyclonedx", recognised by its content. Products are packages by purl, or the
 * subject of `report` (an image's purl with its digest, or with its repository and tag; an image reference), alone or with packages
 * as subcomponents. *ret_elsewhere: how many statements are about other products, and were left out. `source`: its name, for
 * people. On any error nothing is added. 0 | -EBADMSG (not such a document; err: "SOURCE: why") | -E2BIG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_vex_read(struct bolt_suppressions *suppressions, const struct bolt_report *report, const char *source,
				  const void *bytes, size_t len, size_t *ret_elsewhere, struct bolt_err *err);
