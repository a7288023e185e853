/* Packing records with zstd. Advisories are small and alike: a dictionary trained on a part's first records makes them a third of
 * what they would be alone. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <zstd.h>

#include "advisory/database_format.h"
#include "core/buf.h"

enum { BOLT_DICTIONARY_BYTES = 48 << 10, BOLT_DICTIONARY_LABEL = 64 };

struct bolt_dictionary {
	char label[BOLT_DICTIONARY_LABEL]; /* whose records it was trained on; empty: there is none of this number */
	ZSTD_CDict *pack;
	ZSTD_DDict *unpack;
};

struct bolt_packer {
	ZSTD_CCtx *packer;
	ZSTD_DCtx *unpacker;
	struct bolt_dictionary dictionaries[UINT8_MAX + 1]; /* from 1 */
	struct bolt_buf packed;
};

/* 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_packer_init(struct bolt_packer *packer);
void bolt_packer_done(struct bolt_packer *packer);

/* Takes a dictionary in. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_packer_learn(struct bolt_packer *packer, uint8_t number, const char *label, const void *bytes, size_t len);

/* Parts that share a dictionary have the same label: "osv/Debian" its own, "alpine/v3.18/main" with all of "alpine". */
void bolt_packer_label(const char *part, char label[BOLT_DICTIONARY_LABEL]);
/* The dictionary of a label; 0: none yet. */
uint8_t bolt_packer_find(const struct bolt_packer *packer, const char *label);
/* A number that is free; 0: none. */
uint8_t bolt_packer_free_number(const struct bolt_packer *packer);

/* Trains a dictionary on samples that lie one after another. Returns its bytes (at most BOLT_DICTIONARY_BYTES) in `to`, or 0:
 * nothing useful could be learnt. */
size_t bolt_packer_train(const void *samples, const size_t *lengths, unsigned len, void *to);

/* The frame is in packer->packed until the next call. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_packer_pack(struct bolt_packer *packer, uint8_t dictionary, const void *bytes, size_t len);
