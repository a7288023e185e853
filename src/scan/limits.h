/* Every bound of this room, with its reason. */
#pragma once

#include "core/bound.h"
#include "oci/limits.h"

/* Entries of one layer. At 12 bytes each the file index alone would be 1.2 GiB. */
#define BOLT_LAYER_ENTRIES_MAX BOLT_BOUND(100000000ull)

/* JSON documents of an archive that can only be read in order: kept until the end shows which are needed. */
#define BOLT_DOCUMENTS_MAX BOLT_BOUND(64u << 20)

/* What a worker needs apart from what it draws from the budget: code, libraries, threads' stacks and rings (1.5 MiB a layer at
 * work), the one large buffer of the binary and jar catalogers (BOLT_LARGE_FILE_MAX is drawn inside it). */
#define BOLT_WORKER_FIXED_BYTES (96u << 20)

/* Below this nothing useful can be scanned. */
#define BOLT_MEMORY_LIMIT_LEAST (128u << 20)

/* Layers looked at at the same time. Each may hold 10 MiB (rings, a zstd window of level 19): eight stay within the fixed share
 * above. */
#define BOLT_SCAN_THREADS_MAX 8u

/* Blobs on their way to a worker at the same time: one a thread, and one a thread whose last is just ending. */
#define BOLT_SCAN_FETCHES_MAX (BOLT_SCAN_THREADS_MAX * 2)

/* What one worker may ask for: its layers once, and the manifests and configs that lead to them. */
#define BOLT_SCAN_ASKS_MAX (BOLT_LAYERS_MAX * 4)

/* How long a worker that has hung up may take to end by itself, so that what ended it can be told. */
#define BOLT_SCAN_END_MS 2000u

/* Directories in directories of a tree: PATH_MAX / 2. */
#define BOLT_TREE_DEPTH_MAX 2048u

/* A package record that may be hard-linked to: package.json files rarely pass 20 kB. */
#define BOLT_KEPT_FILE_MAX (64u << 10)

/* All of them in one layer: 10,000 packages of 3 kB. Past it a link is told as not read. */
#define BOLT_KEPT_MAX BOLT_BOUND(32u << 20)

/* Symbolic links of one layer that names of the same layer may lead through; the largest package stores (pnpm's) have 200,000. */
#define BOLT_LAYER_LINKS_MAX BOLT_BOUND(262144u)

/* Links on the way to one file, as Linux has it (MAXSYMLINKS). */
#define BOLT_LINK_HOPS_MAX 40u

/* Components looked at for all names of a layer that lead through links: some seconds. */
#define BOLT_LINK_STEPS_MAX BOLT_BOUND(50000000ull)

/* What the layers of an image may expand to beyond a hundred times their stored size, put together: half a minute of zeros. A layer
 * of an honest system shrinks to a third, one of nothing but empty files to a seventieth. */
#define BOLT_IMAGE_EXPANSION_FREE 100u
#define BOLT_IMAGE_EXPANSION_MAX BOLT_BOUND(40ull << 30)

/* Holes of sparse files that are hashed as zeros, an image; BOLT_TAR_HOLES_MAX is a layer's. */
#define BOLT_IMAGE_HOLES_MAX BOLT_BOUND(40ull << 30)

/* One VEX document or ignore file. Red Hat's CSAF VEX of one kernel CVE, the largest known, has 30 MB. */
#define BOLT_DOCUMENT_MAX BOLT_BOUND(64u << 20)

/* What is kept of an image, before and after packing. An image of 10,000 packages has 2 MB of texts; of 50,000 findings with ten
 * names each, 10 MB. Texts of packages shrink to a sixth; a list of one package over and over, to a thousandth. */
#define BOLT_RECORD_PLAIN_MAX (64u << 20)
#define BOLT_RECORD_PACKED_MAX (16u << 20)
#define BOLT_RECORD_RATIO_MAX 20000u

/* Questions about one image's packages and names of its findings: four a package at the most, and some names a finding. */
#define BOLT_RECORD_KEYS_MAX (1u << 20)

/* Images in a store; --store-limit may say less. */
#define BOLT_STORE_IMAGES_MAX 10000000ull

/* Below this a store would hold nothing but itself. */
#define BOLT_STORE_BYTES_LEAST (1ull << 20)

/* What a store's map has beyond half as much again as it may hold: pages of a transaction that is not committed yet. */
#define BOLT_STORE_SLACK_BYTES (64ull << 20)

/* Keys that are put into its index at a time: 64 MiB. */
#define BOLT_STORE_PAIRS (4u << 20)

/* What is remembered of packages while images are judged again: some 100,000 of them with two findings each. */
#define BOLT_MEMO_BYTES (64u << 20)
