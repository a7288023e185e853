/* Images of the Docker daemon (and of Podman, which speaks the same API) over its unix socket. */
#pragma once

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"

/* Where to look when socket_path is NULL: Docker: $DOCKER_HOST (unix:// only), else /var/run/docker.sock.
 * Podman: $CONTAINER_HOST (likewise), else $XDG_RUNTIME_DIR/podman/podman.sock, else /run/podman/podman.sock. */
enum bolt_engine { BOLT_ENGINE_DOCKER, BOLT_ENGINE_PODMAN };

/* All block, and fail with: -ENXIO (no daemon at the socket), -EACCES (no permission to use it), -ENOENT (the daemon has no such
 * image), -EINVAL (not a name; a DOCKER_HOST that is no unix socket), -EIO (the daemon failed; err has its message),
 * -EBADMSG (not the Engine API), -ENOMEM and the connection errors of bolt_http_perform. */

/* Streams what "docker save NAME" would write to out_fd, which stays open. progress (may be NULL) counts bytes. Also -EPIPE (nobody
 * reads out_fd any more; err is left alone) and what else writing to it fails with. */
BOLT_MUST_CHECK int bolt_docker_save(enum bolt_engine engine, const char *socket_path, const char *name, int out_fd,
				     _Atomic uint64_t *progress, struct bolt_err *err);

struct bolt_docker_image {
	char *id;            /* "sha256:<hex>", the image ID */
	char **repo_digests; /* "debian@sha256:..", as the daemon writes them */
	size_t repo_digests_len;
};

BOLT_MUST_CHECK int bolt_docker_inspect(enum bolt_engine engine, const char *socket_path, const char *name,
					struct bolt_docker_image **ret_image, struct bolt_err *err);
void bolt_docker_image_free(struct bolt_docker_image *image);
BOLT_DEFINE_CLEANUP(struct bolt_docker_image *, bolt_docker_image_free)
