/* Every bound of this room's network half, with its reason (limits.h has those of the formats). */
#pragma once

/* distribution's reference grammar bounds the repository to 255 and the tag to 128 characters; host names end at 253. */
#define BOLT_REPOSITORY_MAX 255u
#define BOLT_TAG_MAX 128u
#define BOLT_REGISTRY_MAX 263u /* and ":65535", and brackets */
#define BOLT_REFERENCE_MAX 1024u

/* Header lines of one answer, all together; libcurl itself bounds one line to 100 KiB. */
#define BOLT_HTTP_HEADERS_MAX (256u << 10)

/* What is kept of the body of an answer that is not a success: enough for a registry's or the daemon's error document. */
#define BOLT_HTTP_ERROR_BODY_MAX (8u << 10)
#define BOLT_HTTP_ERROR_DEPTH_MAX 8u

/* The page for people that comes with a redirect; object stores send a few hundred bytes. */
#define BOLT_HTTP_REDIRECT_BODY_MAX (1u << 20)

/* Registries redirect a blob to its store once, sometimes twice. */
#define BOLT_HTTP_REDIRECTS_MAX 5u

/* Connections kept open for the next request. */
#define BOLT_HTTP_IDLE_MAX 8u

#define BOLT_HTTP_CONNECT_TIMEOUT_SEC 15u

/* A transfer that brings fewer bytes a second over this long is given up (and tried again). Waiting for whoever reads our end
 * of the pipe does not count. */
#define BOLT_HTTP_STALL_TIMEOUT_SEC 30u
#define BOLT_HTTP_STALL_BYTES_PER_SEC 64u

/* Tries in a row, each waiting twice as long as the one before. Bytes that arrived start the count again, but only this many:
 * a server that breaks each connection after one byte must not keep us for ever. */
#define BOLT_REGISTRY_TRIES 5u
#define BOLT_REGISTRY_RETRY_WAIT_MS 500u
#define BOLT_REGISTRY_PROGRESS_BYTES (1u << 20)

/* The longest Retry-After that is waited for; Docker Hub's rate limit asks for hours, and then saying so is kinder. */
#define BOLT_REGISTRY_RETRY_AFTER_MAX_SEC 60u

/* One request: the 401 that brings the challenge, and one more when the token ended in between. */
#define BOLT_REGISTRY_CHALLENGES_MAX 2u

/* A token service's answer; tokens with many groups in them reach 16 kB. */
#define BOLT_TOKEN_ANSWER_MAX (64u << 10)
#define BOLT_TOKEN_MAX (32u << 10)

/* config.json of a user with hundreds of registries stays below 100 kB. */
#define BOLT_DOCKER_CONFIG_MAX (1u << 20)
#define BOLT_DOCKER_CONFIG_DEPTH_MAX 16u

/* docker-credential-NAME: its answer holds a name and a secret. It may ask its user for a passphrase. */
#define BOLT_HELPER_NAME_MAX 64u
#define BOLT_HELPER_OUTPUT_MAX (64u << 10)
#define BOLT_HELPER_TIMEOUT_MS 60000

/* GET /images/NAME/json of an image with thousands of history and label entries. */
#define BOLT_ENGINE_INSPECT_MAX (4u << 20)
#define BOLT_ENGINE_INSPECT_DEPTH_MAX 32u
