/* Every bound of this room, with its reason. */
#pragma once

#include "core/bound.h"

/* Registries refuse manifests over 4 MiB (distribution-spec 1.1); configs with long histories stay far below. */
#define BOLT_MANIFEST_MAX BOLT_BOUND(8u << 20)

/* A manifest nests 4 levels deep; annotations and configs a few more. */
#define BOLT_MANIFEST_DEPTH_MAX BOLT_BOUND(32u)

/* Docker allows 127 layers, containerd about 500 mounts. */
#define BOLT_LAYERS_MAX BOLT_BOUND(1024u)

/* An index names one manifest a platform and one attestation for each. */
#define BOLT_INDEX_MANIFESTS_MAX BOLT_BOUND(4096u)

/* An index may point to an index; real ones do so at most once. */
#define BOLT_INDEX_DEPTH_MAX BOLT_BOUND(4u)

/* Entries of an outer archive (docker save of many images: three a layer). */
#define BOLT_ARCHIVE_ENTRIES_MAX BOLT_BOUND(100000u)

/* PATH_MAX: Linux cannot create what is longer. */
#define BOLT_PATH_MAX 4096u

/* One PAX extended header or GNU long name; real ones are below 64 KiB, xattrs included. */
#define BOLT_TAR_EXTENSION_MAX BOLT_BOUND(1u << 20)

/* Data fragments of one sparse file. */
#define BOLT_TAR_SPARSE_MAX BOLT_BOUND(65536u)

/* Holes that are hashed as zeros, a layer: 32 GiB take half a minute. Sparse files past it are listed without a hash. */
#define BOLT_TAR_HOLES_MAX BOLT_BOUND(32ull << 30)

/* Deflate cannot pass 1,032:1. zstd, xz and bzip2 can pass 10,000:1, and only a bomb does so past the first 32 GiB. */
#define BOLT_EXPANSION_MAX BOLT_BOUND(2000u)
#define BOLT_EXPANSION_FREE_BYTES (32ull << 30)

/* Window or dictionary of one zstd or xz layer: what zstd --ultra -22 --long=27 needs would be 128 MiB. */
#define BOLT_WINDOW_LOG_MAX 26
#define BOLT_WINDOW_MAX (1u << BOLT_WINDOW_LOG_MAX)
