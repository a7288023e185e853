/* What was told of an image's vulnerabilities, without the words around it: small enough to be kept, enough to see what changed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/macros.h"
#include "model/change.h"
#include "model/report.h"

/* Texts of the finding are borrowed. */
struct bolt_told bolt_told_of(const struct bolt_finding *finding, const struct bolt_report *report);

/* By package, then id. */
void bolt_told_sort(struct bolt_told *told, size_t len);

/* Texts copied into the arena. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_told_copy(struct bolt_arena *arena, const struct bolt_told *told, struct bolt_told *ret_copy);

/* What differs between two sorted lists about the same packages. A finding that got another name is the same one when the older
 * name is among its other names now. The list, the new ones first, then the changed, then the gone, the worst of each first, lives
 * in the arena. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_told_compare(const struct bolt_told *before, size_t before_len, const struct bolt_told *now,
				      size_t now_len, struct bolt_arena *arena, struct bolt_told_change **ret_changes,
				      size_t *ret_len);
