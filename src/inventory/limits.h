/* Every bound of this room, with its reason. A test in tests/unit meets each one. */
#pragma once

/* The largest known distribution image has about 6,000 packages; a monorepo lock file 50,000. */
#define BOLT_PACKAGES_MAX 500000u

/* A full desktop distribution installs about 500,000 files. Each costs 12 bytes. */
#define BOLT_OWNED_FILES_MAX 4000000u

/* dpkg's status of a 6,000-package system is 7 MB; lock files of monorepos reach 30 MB. */
#define BOLT_TEXT_DATABASE_MAX (64u << 20)

/* An rpmdb.sqlite of a full desktop is about 100 MB; it is held in memory while it is read. */
#define BOLT_RPM_DATABASE_MAX (192u << 20)

/* One package's own metadata file: package.json, METADATA, PKG-INFO, status.d entry, .list, copyright. */
#define BOLT_PACKAGE_FILE_MAX (8u << 20)

/* Nesting of JSON and YAML in any package record. npm's deepest real lock files (v1) nest about 30 packages, 2 levels each. */
#define BOLT_RECORD_DEPTH_MAX 200u

/* One header of an RPM database; kernel packages with their file lists stay below 10 MB. */
#define BOLT_RPM_HEADER_MAX (64u << 20)

/* Archives in archives: an .ear holds a .war holds a .jar holds a shaded .jar. */
#define BOLT_JAR_DEPTH_MAX 6u

/* A nested archive is held in memory while it is read; the largest jars known (Spark bundles) are about 60 MB inside. */
#define BOLT_JAR_NESTED_MAX (64u << 20)

/* Entries of one archive; the zip format's own 16-bit limit is 65,535, zip64 bundles rarely pass 200,000. */
#define BOLT_JAR_ENTRIES_MAX 1000000u

/* A Go build info block or a cargo-auditable section once inflated; Kubernetes' are under 100 kB. */
#define BOLT_BUILD_INFO_MAX (4u << 20)

/* An SBOM given as a subject. */
#define BOLT_SBOM_MAX (256u << 20)

/* Warnings of one sink: after these, one more says how many were left out. */
#define BOLT_WARNINGS_MAX 200u
