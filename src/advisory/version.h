/* How each ecosystem orders its versions. Every comparison takes any two texts and gives a total order (what the ecosystem would
 * refuse as a version has a place in it, too, and always the same), so that a hostile version can make no sort go astray. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/macros.h"

enum bolt_version_scheme {
	BOLT_VERSION_PLAIN = 0, /* digits as numbers, the rest as bytes: for ecosystems without a rule */
	BOLT_VERSION_DPKG,      /* deb-version(7) */
	BOLT_VERSION_RPM,       /* rpm-version(7): [epoch:]version[-release], tilde, caret */
	BOLT_VERSION_APK,       /* apk-tools 3, doc/apk-package.5 */
	BOLT_VERSION_PACMAN,    /* vercmp(8) */
	BOLT_VERSION_SEMVER,   /* semver.org 2.0.0; a leading v and missing parts are forgiven: npm, crates.io, Go, Hex, Bitnami ...
				*/
	BOLT_VERSION_PEP440,   /* packaging.python.org version specifiers */
	BOLT_VERSION_MAVEN,    /* Maven's ComparableVersion */
	BOLT_VERSION_GEM,      /* Gem::Version */
	BOLT_VERSION_COMPOSER, /* composer/semver normalisation, then PHP's version_compare */
	BOLT_VERSION_NUGET,    /* SemVer 2 with a fourth part, without case */
	_BOLT_VERSION_SCHEME_MAX
};
const char *bolt_version_scheme_text(enum bolt_version_scheme scheme); /* "dpkg" ... */

/* < 0, 0, > 0. NUL-terminated texts of any content. Never allocates, never fails; linear in the lengths. */
int bolt_version_compare(enum bolt_version_scheme scheme, const char *a, const char *b);

/* Would the ecosystem's own tool take it as a version? */
bool bolt_version_valid(enum bolt_version_scheme scheme, const char *version);
