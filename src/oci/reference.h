/* Names of images: "debian", "localhost:5000/a/b:tag@sha256:..". Grammar of the distribution project's reference package;
 * short names are completed the way Docker does it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/macros.h"

/* Docker Hub has several names, all here: the one in references, an older one, the host that answers the registry API, and the
 * key under which "docker login" stores its credentials. */
#define BOLT_HUB_REGISTRY "docker.io"
#define BOLT_HUB_OLD_REGISTRY "index.docker.io"
#define BOLT_HUB_API_HOST "registry-1.docker.io"
#define BOLT_HUB_AUTH_KEY "https://index.docker.io/v1/"

struct bolt_reference {
	char *registry;   /* host or host:port; never NULL */
	char *repository; /* with "library/" where Docker implies it; never NULL */
	char *tag;        /* NULL: none was written */
	char *digest;     /* "sha256:<hex>" or "sha512:<hex>"; NULL: none was written */
};

/* 0 | -EINVAL (not in the grammar; err says which part) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_reference_parse(const char *text, struct bolt_reference **ret_reference, struct bolt_err *err);
void bolt_reference_free(struct bolt_reference *reference);
BOLT_DEFINE_CLEANUP(struct bolt_reference *, bolt_reference_free)

/* Canonical: REGISTRY/REPOSITORY[:TAG][@DIGEST]. The caller frees it. NULL when out of memory. */
char *bolt_reference_text(const struct bolt_reference *reference);

bool bolt_tag_ok(const char *tag);

/* What to ask the registry for: the digest, else the tag, else "latest". Borrowed. */
const char *bolt_reference_version(const struct bolt_reference *reference);

/* The host (and port) whose /v2/ answers for this registry. Borrowed. */
const char *bolt_registry_api_host(const char *registry);
