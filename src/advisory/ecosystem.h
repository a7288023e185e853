/* The ecosystems advisories speak of: one table. Names are OSV's ("Defined Ecosystems"), brought to a normal form, because
 * publishers write one release in several ways. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "advisory/version.h"
#include "core/macros.h"
#include "model/report.h"

enum { BOLT_ECOSYSTEM_NAME = 128, BOLT_ADVISED_NAME = 1024 }; /* bytes, with the NUL */

struct bolt_ecosystem {
	const char *name;      /* before the first ':': "Debian" "npm" */
	const char *purl_type; /* of its packages: "deb" "npm" */
	const char *os_id;     /* os-release ID of the distribution, or NULL: a language's */
	enum bolt_version_scheme scheme;
	bool by_source; /* its records name source packages */
};

/* NULL: not one we know. Takes whole names ("Debian:12") and bare ones. */
const struct bolt_ecosystem *bolt_ecosystem_find(const char *ecosystem);

/* The normal form of an ecosystem's name: "Ubuntu:22.04:LTS" is "Ubuntu:22.04", "Ubuntu:Pro:22.04:LTS" "Ubuntu:Pro:22.04",
 * "Red Hat:enterprise_linux:9::baseos" "Red Hat:9", "SUSE:Linux Enterprise Server 15 SP5" "SUSE:15.5", "openSUSE:Leap 15.5"
 * "openSUSE:15.5", "Debian:11" itself. 0 | -EINVAL (unknown, or too long). */
BOLT_MUST_CHECK int bolt_ecosystem_normalise(const char *ecosystem, char ret_name[BOLT_ECOSYSTEM_NAME]);

/* The normal form of a package's name there: PyPI's PEP 503, NuGet's, Packagist's and Hex's lower case; others as they are.
 * 0 | -EINVAL (empty or too long). */
BOLT_MUST_CHECK int bolt_ecosystem_package(const struct bolt_ecosystem *row, const char *package, char ret_name[BOLT_ADVISED_NAME]);

/* One question to ask the database about a package. */
struct bolt_probe {
	const struct bolt_ecosystem *row;
	char ecosystem[BOLT_ECOSYSTEM_NAME];
	char package[BOLT_ADVISED_NAME];
	bool binary;         /* as bolt_affected's */
	const char *version; /* borrowed from the package */
};
enum { BOLT_PROBES_MOST = 4 };

/* What to ask about a package of a system: by its source package or by its own name, in the distribution's ecosystem or the
 * language's. Returns how many; 0: nobody publishes advisories for it. */
size_t bolt_probes_of(const struct bolt_package *package, const struct bolt_os *os, struct bolt_probe probes[BOLT_PROBES_MOST]);
