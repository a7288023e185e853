/* Every bound of this room, with its reason. */
#pragma once

#include "core/bound.h"

/* The largest known distribution image has about 6,000 packages; a monorepo lock file 50,000. */
#define BOLT_PACKAGES_MAX BOLT_BOUND(500000u)

/* A full desktop distribution installs about 500,000 files. Each costs 12 bytes. */
#define BOLT_OWNED_FILES_MAX BOLT_BOUND(4000000u)

/* The names of those files put together, for one package database: 4 million at 64 bytes on average. */
#define BOLT_OWNED_PATH_BYTES_MAX BOLT_BOUND(256u << 20)

/* dpkg's status of a 6,000-package system is 7 MB; lock files of monorepos reach 30 MB. */
#define BOLT_TEXT_DATABASE_MAX (64u << 20)

/* An rpmdb.sqlite of a full desktop is about 100 MB; it is held in memory while it is read. */
#define BOLT_RPM_DATABASE_MAX (192u << 20)

/* One package's own metadata file: package.json, METADATA, PKG-INFO, status.d entry, .list, copyright. */
#define BOLT_PACKAGE_FILE_MAX (8u << 20)

/* Nesting of JSON in any package record. npm's deepest real lock files (v1) nest about 30 packages, 2 levels each. */
#define BOLT_RECORD_DEPTH_MAX BOLT_BOUND(200u)

/* One header of an RPM database; kernel packages with their file lists stay below 10 MB. */
#define BOLT_RPM_HEADER_MAX BOLT_BOUND(64u << 20)

/* One text of such a header. The longest known are licence expressions of about 5 kB. */
#define BOLT_RPM_TEXT_MAX 65536u

/* Directories of one package; kernel-devel has about 7,000. */
#define BOLT_RPM_DIRECTORIES_MAX BOLT_BOUND(262144u)

/* Thousands of SQLite operations before the next package must have come. A package takes 4 operations, rpm's schema of about 50
 * tables and indexes fewer than 2,000. */
#define BOLT_RPM_SQLITE_STEPS 20u

/* Archives in archives: an .ear holds a .war holds a .jar holds a shaded .jar. */
#define BOLT_JAR_DEPTH_MAX BOLT_BOUND(6u)

/* A nested archive is held in memory while it is read; the largest jars known (Spark bundles) are about 60 MB inside. */
#define BOLT_JAR_NESTED_MAX BOLT_BOUND(64u << 20)

/* Entries of one archive; the zip format's own 16-bit limit is 65,535, zip64 bundles rarely pass 200,000. */
#define BOLT_JAR_ENTRIES_MAX BOLT_BOUND(1000000u)

/* Java archives up to this size are held in memory and read by their central directory; larger ones are read as a stream. */
#define BOLT_JAR_BUFFERED_MAX BOLT_BOUND(32u << 20)

/* A thread may hold this much of an archive and those inside it at any time; for more it takes the one process-wide turn. */
#define BOLT_JAR_SMALL_MAX (4u << 20)

/* What one archive, with everything in it, may unpack to while it is read: a hundred times its size and FREE, MAX at most. Real
 * ones unpack to two or three times their size; a 500 MB bundle whose writer left out lengths is inflated whole, about 1.2 GB. */
#define BOLT_JAR_UNPACKED_FREE (256ull << 20)
#define BOLT_JAR_UNPACKED_MAX BOLT_BOUND(8ull << 30)

/* One manifest or pom. Signed archives list the digest of every class in their manifest, a few MB at most. */
#define BOLT_JAR_TEXT_MAX BOLT_BOUND(8u << 20)

/* Maven's own records of one archive: the largest shaded jars hold about 600. */
#define BOLT_JAR_POMS_MAX BOLT_BOUND(4096u)

/* Warnings a file about archives in it that nothing names; the rest are counted. BOLT_WARNINGS_MAX is for all files together. */
#define BOLT_JAR_UNIDENTIFIED_TOLD 20u

/* A Go build info block or a cargo-auditable section once inflated; Kubernetes' are under 100 kB. */
#define BOLT_BUILD_INFO_MAX BOLT_BOUND(4u << 20)

/* Places in a Go program that look like a toolchain version ("go1."), kept until the build info tells which is its own. Real ones
 * have fewer than 200; each costs 120 bytes. */
#define BOLT_GO_VERSIONS_MAX 8192u

/* An SBOM given as a subject. */
#define BOLT_SBOM_MAX BOLT_BOUND(256u << 20)

/* Layers that an SBOM may name. Docker runs images of at most 127. */
#define BOLT_SBOM_LAYERS_MAX BOLT_BOUND(10000u)

/* Warnings that an SBOM of ours may carry: 200 a layer and a sink, of at most 127 layers, seldom more than ten in all. */
#define BOLT_SBOM_WARNINGS_MAX 30000u

/* Nesting of JSON in an SBOM: CycloneDX components in components; 10 levels are the deepest seen. */
#define BOLT_SBOM_DEPTH_MAX BOLT_BOUND(128u)

/* Warnings of one sink: after these, one more says how many were left out. */
#define BOLT_WARNINGS_MAX 200u

/* Nesting of a YAML lock file: pnpm's have 6 levels. Not more, because libyaml looks at every open level for each token. */
#define BOLT_YAML_DEPTH_MAX (32u)

/* Licences of one package record; the longest real lists (Debian's linux) name about 40. Each is put into a sorted list. */
#define BOLT_LICENSES_MAX BOLT_BOUND(256u)

/* Symbolic links of all layers that names of later layers may lead through: the largest images have about 100,000. */
#define BOLT_LOWER_LINKS_MAX BOLT_BOUND(262144u)

/* Warnings an image about such names; the rest are counted. */
#define BOLT_CROSSINGS_TOLD 32u
