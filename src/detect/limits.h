/* Every bound of this room, with its reason. */
#pragma once

#include "core/bound.h"

/* Advisories change daily; the publishers of large databases call five days old. */
#define BOLT_FEED_STALE_SECONDS (5 * 86400)

/* Ecosystems of one subject's packages: there are about thirty in all. */
#define BOLT_ECOSYSTEMS_MOST 64u

/* Findings of one subject. An unpatched full Debian desktop has about 20,000, most of them of one old kernel's 30 binary packages.
 */
#define BOLT_FINDINGS_MAX BOLT_BOUND(400000u)

/* Records of one name that are explained; a CVE has at most one in each feed. */
#define BOLT_EXPLAINED_RECORDS_MAX 1024u

/* What people say about findings, all files together: Red Hat's VEX documents of one product make some 50,000 statements. */
#define BOLT_STATEMENTS_MAX BOLT_BOUND(500000u)

/* One text of a statement: a reason or an impact statement is a paragraph. */
#define BOLT_STATEMENT_TEXT_MAX 16384u

/* All their texts. */
#define BOLT_STATEMENT_BYTES_MAX BOLT_BOUND((size_t) 256 << 20)

/* Warnings about statements that have expired; the others are counted. */
#define BOLT_EXPIRED_TOLD 20u

/* An ignore file is written by people: a thousand entries have about 200 kB. */
#define BOLT_IGNORE_FILE_MAX BOLT_BOUND(4u << 20)

/* A VEX document: Red Hat's of a kernel CVE have up to 40 MB. Names of one vulnerability in it; nesting, of which CSAF's product
 * trees have most, about 12. */
#define BOLT_VEX_BYTES_MAX BOLT_BOUND((size_t) 128 << 20)
#define BOLT_VEX_TEXT_MAX BOLT_BOUND((size_t) 256 << 20)
#define BOLT_VEX_IDS_MAX 64u
#define BOLT_VEX_DEPTH_MAX 64u
