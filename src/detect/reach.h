/* What stands in the way of strangers' data, and what is not run at all: a table of names, because a package does not say it. */
#pragma once

#include <stdbool.h>

#include "model/report.h"

enum bolt_reach {
	BOLT_REACH_UNKNOWN = 0,
	BOLT_REACH_SERVER,  /* answers the network */
	BOLT_REACH_TLS,     /* TLS and cryptography */
	BOLT_REACH_HTTP,    /* speaks network protocols for other programs */
	BOLT_REACH_PARSER,  /* takes apart files and messages */
	BOLT_REACH_RUNTIME, /* what programs run on: languages, the C library */
	BOLT_REACH_NOT_RUN, /* headers, documentation, debug symbols, compilers */
	_BOLT_REACH_MAX
};
const char *bolt_reach_text(enum bolt_reach reach); /* "TLS and cryptography", NULL for UNKNOWN */

/* By the source package of a distribution's package (without the version that ends many of their names), or by the name of a
 * language's. A distribution's -dev, -doc, -dbg and the like are not run, whatever they are built from. */
enum bolt_reach bolt_reach_of(const struct bolt_package *package);

/* Is it of a distribution's package manager (and not of a language's)? */
bool bolt_package_is_system(const struct bolt_package *package);
