/* What was told of a package, for the next image that has it: images of one base share most of theirs. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/macros.h"
#include "scan/told.h"

struct bolt_memo;

/* Forgets everything when it has more than max_bytes. NULL when out of memory. */
struct bolt_memo *bolt_memo_new(size_t max_bytes);
void bolt_memo_free(struct bolt_memo *memo);
BOLT_DEFINE_CLEANUP(struct bolt_memo *, bolt_memo_free)

/* All that a judgement asks of a package and its system; two drawn keys make one that nobody can prepare a twin for. */
struct bolt_memo_key {
	uint64_t low, high;
};
struct bolt_memo_key bolt_memo_key_of(const struct bolt_package *package, const struct bolt_os *os);

/* False: not known. What is told is borrowed until bolt_memo_trim; its `package` means nothing. */
bool bolt_memo_find(const struct bolt_memo *memo, struct bolt_memo_key key, const struct bolt_told **ret_told, size_t *ret_len);
/* Copied. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_memo_add(struct bolt_memo *memo, struct bolt_memo_key key, const struct bolt_told *told, size_t len);

/* bolt_keys_of_package, remembered as well. `keys` has room for BOLT_PROBES_MOST. How many. */
size_t bolt_memo_keys(struct bolt_memo *memo, struct bolt_memo_key key, const struct bolt_package *package,
		      const struct bolt_os *os, uint64_t *keys);

/* To be called when nothing borrowed is used any more. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_memo_trim(struct bolt_memo *memo);
