/* Every bound of this room, with its reason. */
#pragma once

#include "core/bound.h"

/* One record of a feed. The largest known, Ubuntu's OSV records of the kernel, have about 4 MB. */
#define BOLT_FEED_RECORD_MAX BOLT_BOUND(16u << 20)

/* Nesting within one record; CSAF's product trees are the deepest, about 12. */
#define BOLT_ADVISORY_DEPTH_MAX 64u

/* Objects and arrays, and values in all, of one record, before jansson makes 300 and 60 bytes of each. The kernel's records name
 * each of some 20,000 binary packages. */
#define BOLT_FEED_RECORD_CONTAINERS_MAX BOLT_BOUND(262144u)
#define BOLT_FEED_RECORD_VALUES_MAX BOLT_BOUND(1048576u)

/* One record as an advisory: lists of pointers into the record, and normalised names. */
#define BOLT_ADVISORY_ARENA_MAX BOLT_BOUND((size_t) 64 << 20)

/* The longest names of advisories in use are below 70 bytes (ecosystem, package and CVE in one), of versions below 120. */
#define BOLT_ADVISORY_ID_MAX 160u
#define BOLT_ADVISED_VERSION_MAX 512u

/* Of one advisory. A SUSE kernel update names 1,500 vulnerabilities and as many links; the same kernel's CVE touches some 200
 * packages of releases; a module of Maven has a few thousand versions. */
#define BOLT_ADVISORY_NAMES_MAX BOLT_BOUND(8192u)
#define BOLT_ADVISORY_RATINGS_MAX BOLT_BOUND(256u)
#define BOLT_ADVISORY_AFFECTED_MAX BOLT_BOUND(65536u)
#define BOLT_AFFECTED_RANGES_MAX BOLT_BOUND(8192u)
#define BOLT_AFFECTED_VERSIONS_MAX BOLT_BOUND(65536u)
#define BOLT_RANGE_EVENTS_MAX 2048u

/* What one advisory may hold in the database. Feeds cut or refuse before; these stand for all of them, and for bundles. */

/* A name in the database: CVE, GHSA, erratum. The longest known are below 60 bytes. */
#define BOLT_RECORD_ID_MAX 255u

/* Texts for people are cut (and then end in "..."): whole kernel changelogs are given as details. */
#define BOLT_RECORD_DETAILS_MAX 4096u
#define BOLT_RECORD_SUMMARY_MAX 512u

/* References beyond are left out: nobody reads more, and some errata list a thousand. */
#define BOLT_RECORD_REFERENCES_MAX 32u

/* Any other text: versions, package names, URLs, vectors. */
#define BOLT_RECORD_TEXT_MAX 2048u

/* Items of one list: the vulnerabilities of a kernel erratum, the packages of one, versions that are listed, events of a range. */
#define BOLT_RECORD_ITEMS_MAX BOLT_BOUND(65536u)
#define BOLT_RECORD_EVENTS_MAX 2048u

/* One advisory in its canonical form: the largest known (an erratum of texlive) is below 1 MiB. */
#define BOLT_RECORD_BYTES_MAX BOLT_BOUND(8u << 20)

/* Everything that is said of one package: the kernel's is 2 MiB. */
#define BOLT_ENTRIES_BYTES_MAX BOLT_BOUND(128u << 20)

/* Records of one part: NVD has 300,000. */
#define BOLT_PART_RECORDS_MAX BOLT_BOUND(4000000u)

/* Scores of one part: EPSS has 360,000. */
#define BOLT_PART_SCORES_MAX BOLT_BOUND(4000000u)

/* Parts of one database: a few hundred are published; their numbers have 16 bits. */
#define BOLT_PARTS_MAX 4096u

/* Damaged records a part may have before it is refused: more than ten, and more than one in a hundred. */
#define BOLT_PART_DAMAGED_FEW 10u
#define BOLT_PART_DAMAGED_SHARE 100u

/* A part of at least this many records may not lose more than a third of them. */
#define BOLT_PART_SHRINK_LEAST 30u

/* What is known of earlier generations' changes: older ones than this, or more bytes, are forgotten. */
#define BOLT_CHANGES_GENERATIONS_MAX 1000u
#define BOLT_CHANGES_BYTES_MAX (32u << 20)

/* Changes that wait to be written together, so that a package with many entries is written once, not once a record. */
#define BOLT_BATCH_BYTES_MAX (64u << 20)

/* Comparisons of listed versions with events, to leave out of one package's list what its ranges hold: about 0.2 s. */
#define BOLT_OSV_COMPARISONS_MAX (1u << 20)

/* An archive of OSV records: npm's, the largest, holds 250,000 records of 400 MB in all. */
#define BOLT_OSV_ARCHIVE_BYTES_MAX BOLT_BOUND(8ull << 30)
#define BOLT_OSV_ARCHIVE_ENTRIES_MAX BOLT_BOUND(4000000ull)

/* XML: OVAL nests its criteria about 8 deep within 4 elements more. A description of a kernel's CVEs has up to 400 kB; no tag has
 * more than 20 kB. Given to expat in steps, so that no length passes an int. */
#define BOLT_XML_DEPTH_MAX 64u
#define BOLT_XML_TEXT_MAX BOLT_BOUND(4u << 20)
#define BOLT_XML_TAG_MAX BOLT_BOUND(1u << 20)
#define BOLT_XML_STEP ((size_t) 1 << 20)

/* One OVAL file, whose definitions are kept until their tests have been read. The largest, SUSE's of every unfixed CVE, has 300 MB
 * with 30,000 definitions, a million tests and some 5 million packages named in all; a kernel CVE's criteria are 20,000 nodes. */
#define BOLT_OVAL_ROWS_MAX BOLT_BOUND((size_t) 4 << 20)
#define BOLT_OVAL_TEXT_MAX BOLT_BOUND((size_t) 384 << 20)
#define BOLT_OVAL_NODES_MAX BOLT_BOUND((size_t) 1 << 20)
#define BOLT_OVAL_PACKAGES_MAX BOLT_BOUND(32u << 20)
/* Releases and modules of one file; a criterion keeps one as 16 bits. */
#define BOLT_OVAL_LABELS_MAX 4096u

/* EPSS scores of every CVE: 360,000 lines of 28 bytes in 2026. */
#define BOLT_EPSS_BYTES_MAX BOLT_BOUND((size_t) 128 << 20)

/* Fixes in one secdb, gathered by vulnerability before they are handed on: Chainguard's, the largest, has about 300,000. */
#define BOLT_SECDB_FIXES_MAX BOLT_BOUND(2000000u)
#define BOLT_SECDB_BYTES_MAX BOLT_BOUND((size_t) 128 << 20)

/* One CSAF document: the kernel's have up to 40 MB, 60,000 products and each of them in five lists. */
#define BOLT_CSAF_BYTES_MAX BOLT_BOUND((size_t) 128 << 20)
#define BOLT_CSAF_TEXT_MAX BOLT_BOUND((size_t) 256 << 20)
#define BOLT_CSAF_PRODUCTS_MAX BOLT_BOUND((size_t) 1 << 20)
#define BOLT_CSAF_WORDS_MAX BOLT_BOUND((size_t) 4 << 20)

/* Files of one import, and directories in directories: GitHub's advisories as single files are 300,000, six deep. */
#define BOLT_IMPORT_FILES_MAX BOLT_BOUND(2000000u)
#define BOLT_IMPORT_DEPTH_MAX 32u

/* What a feed's recogniser sees of a file. */
#define BOLT_FEED_HEAD_BYTES (64u << 10)

/* Downloads. The largest file of a feed, Red Hat's archive of VEX documents, has about 300 MB; npm's of OSV 130 MB. */
#define BOLT_DOWNLOAD_BYTES_MAX BOLT_BOUND(1ull << 30)
#define BOLT_DOWNLOAD_URL_MAX 2048u
/* At once: publishers' servers are shared by many, and the line is full with these. */
#define BOLT_DOWNLOADS_AT_ONCE 4u
/* Tries in a row, each waiting twice as long as the one before; so many bytes that came start the count again. */
#define BOLT_DOWNLOAD_TRIES 5u
#define BOLT_DOWNLOAD_RETRY_WAIT_MS 500u
#define BOLT_DOWNLOAD_PROGRESS_BYTES (4u << 20)
#define BOLT_DOWNLOAD_RETRY_AFTER_MAX_SEC 60u
/* Small texts that say where the file itself is: a line, or a repository's list of some thirty files. */
#define BOLT_RESOLVE_TEXT_MAX (256u << 10)

/* The index of published bundles: 256 differences of 250 bytes. */
#define BOLT_BUNDLE_INDEX_MAX (256u << 10)
/* A bundle: all of the public feeds are about 100 MB. */
#define BOLT_BUNDLE_BYTES_MAX BOLT_BOUND(4ull << 30)
