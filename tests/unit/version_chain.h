/* For tests of orders: chains of versions, and lists of what is valid, as one text. */
#pragma once

#include <stdio.h>
#include <string.h>

#include "advisory/version.h"

static inline int version_sign(enum bolt_version_scheme scheme, const char *a, const char *b)
{
	int order = bolt_version_compare(scheme, a, b);

	return (order > 0) - (order < 0);
}

static inline void expect_order(enum bolt_version_scheme scheme, const char *a, const char *b, int want)
{
	if (version_sign(scheme, a, b) != want || version_sign(scheme, b, a) != -want)
		fail_msg("%s: '%s' against '%s': %d and %d, want %d", bolt_version_scheme_text(scheme), a, b,
			 version_sign(scheme, a, b), version_sign(scheme, b, a), want);
}

/* "a < b = c < d": every two of them are compared. */
static inline void expect_chain(enum bolt_version_scheme scheme, const char *chain)
{
	char text[1024], *rest = text;
	const char *versions[64];
	size_t ranks[64], len = 0, rank = 0;

	assert_true(snprintf(text, sizeof(text), "%s", chain) < (int) sizeof(text));
	for (const char *word; (word = strsep(&rest, " "));) {
		if (strcmp(word, "<") == 0) {
			rank++;
		} else if (strcmp(word, "=") != 0) {
			assert_true(len < BOLT_ARRAY_LEN(versions));
			versions[len] = word;
			ranks[len++] = rank;
		}
	}
	assert_true(len > 1);
	for (size_t i = 0; i < len; i++)
		for (size_t j = i; j < len; j++)
			expect_order(scheme, versions[i], versions[j], ranks[i] < ranks[j] ? -1 : 0);
}

/* Versions with blanks between them, all of them valid, or none. */
static inline void expect_valid(enum bolt_version_scheme scheme, const char *versions, bool want)
{
	char text[1024], *rest = text;

	assert_true(snprintf(text, sizeof(text), "%s", versions) < (int) sizeof(text));
	for (const char *word; (word = strsep(&rest, " "));)
		if (bolt_version_valid(scheme, word) != want)
			fail_msg("%s: '%s': want %s", bolt_version_scheme_text(scheme), word, want ? "valid" : "not valid");
}
