/* Package URLs (package-url/purl-spec, 2025 text): made from a package's parts in canonical form, and taken apart again. */
#pragma once

#include "core/arena.h"
#include "core/err.h"
#include "core/macros.h"
#include "model/report.h"

/* Canonical purl of the package's type, name, version, arch and modularity. `os` gives namespace and distro qualifier to deb, apk
 * and rpm (may be NULL or unknown: both left out). Splits names as each type wants: npm "@scope/name", maven "group:artifact",
 * golang at the last '/'. rpm epochs become the epoch qualifier, and rhel, opensuse-* and sles the namespaces redhat, opensuse
 * and suse. The source package becomes `upstream`: "name" or "name@version", for rpm the name of its file; deb and apk leave it
 * out when it is the package's own name and version. Go's "(devel)" is no version.
 * Lives in the arena; NULL when it is full. */
const char *bolt_purl_make(struct bolt_arena *arena, const struct bolt_package *package, const struct bolt_os *os);

/* "NAME-VERSION-RELEASE.src.rpm" of a package with a source_name, whose file never names the epoch; the name alone when its release
 * is not known. That a source was a .nosrc.rpm is not kept. Caller frees; NULL when out of memory. */
char *bolt_purl_source_rpm(const struct bolt_package *package);

/* The reverse: fills purl (made canonical; qualifiers and subpath this project has no use for are kept in it), type, name,
 * version, arch, source_*, modularity of *ret_package (the rest is zeroed; layer and removed_layer -1). ret_os (may be NULL) gets
 * id, name and version_id or version_codename from namespace and distro qualifier, or is zeroed.
 * 0 | -EINVAL (not a purl: message says why) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_purl_parse(struct bolt_arena *arena, const char *purl, struct bolt_package *ret_package,
				    struct bolt_os *ret_os, struct bolt_err *err);
