/* Every bound of this room, with its reason. */
#pragma once

#include "core/bound.h"

/* Entries of one layer. At 12 bytes each the file index alone would be 1.2 GiB. */
#define BOLT_LAYER_ENTRIES_MAX BOLT_BOUND(100000000ull)

/* JSON documents of an archive that can only be read in order: kept until the end shows which are needed. */
#define BOLT_DOCUMENTS_MAX BOLT_BOUND(64u << 20)

/* What a worker needs apart from what it draws from the budget: code, libraries, threads' stacks and rings (1.5 MiB a layer at
 * work), the one large buffer of the binary and jar catalogers (BOLT_LARGE_FILE_MAX is drawn inside it). */
#define BOLT_WORKER_FIXED_BYTES (96u << 20)

/* Below this nothing useful can be scanned. */
#define BOLT_MEMORY_LIMIT_LEAST (128u << 20)

/* Layers or files looked at at the same time; more cores than this do not help one image. */
#define BOLT_SCAN_THREADS_MAX 16u

/* Directories in directories of a tree: PATH_MAX / 2. */
#define BOLT_TREE_DEPTH_MAX 2048u
