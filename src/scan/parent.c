#include "scan/parent.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/digest.h"
#include "core/text.h"
#include "oci/docker_engine.h"
#include "oci/reference.h"
#include "oci/registry.h"
#include "scan/limits.h"

/* One thread that writes into a pipe. */
struct fetch {
	struct bolt_parent *parent;
	struct fetch *next;
	pthread_t thread;
	int out_fd;
	uint64_t size;
	char digest[BOLT_DIGEST_TEXT];
};

struct bolt_parent {
	const struct bolt_target *target;
	const struct bolt_scan_options *options;
	int layout_fd;
	struct bolt_reference *reference;
	struct bolt_registry *registry; /* opened when first asked */
	char root[BOLT_CHANNEL_NAME];
	struct fetch *fetches;
	atomic_uint live; /* fetches that have not ended */
	unsigned asks;
	pthread_mutex_t lock; /* trouble */
	int trouble;
	struct bolt_err trouble_text;
};

int bolt_parent_open(const struct bolt_target *target, const struct bolt_scan_options *options, struct bolt_parent **ret_parent,
		     struct bolt_err *err)
{
	struct bolt_parent *p = calloc(1, sizeof(*p));
	int r = 0;

	if (!p)
		return -ENOMEM;
	p->target = target;
	p->options = options;
	p->layout_fd = -1;
	pthread_mutex_init(&p->lock, NULL);
	if (target->kind == BOLT_TARGET_OCI) {
		p->layout_fd = open(target->name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (p->layout_fd < 0)
			r = bolt_err_set(err, -errno, "cannot open the OCI layout '%s': %m", target->name);
		(void) snprintf(p->root, sizeof(p->root), "index.json");
	} else if (target->kind == BOLT_TARGET_REGISTRY) {
		r = bolt_reference_parse(target->name, &p->reference, err);
		if (r == 0)
			(void) snprintf(p->root, sizeof(p->root), "manifests/%s", bolt_reference_version(p->reference));
	}
	if (r < 0) {
		bolt_parent_close(p);
		return r;
	}
	*ret_parent = p;
	return 0;
}

void bolt_parent_close(struct bolt_parent *p)
{
	if (!p)
		return;
	for (struct fetch *f = p->fetches, *next; f; f = next) {
		next = f->next;
		pthread_join(f->thread, NULL);
		free(f);
	}
	bolt_registry_free(p->registry);
	bolt_reference_free(p->reference);
	if (p->layout_fd >= 0)
		close(p->layout_fd);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

const char *bolt_parent_root(const struct bolt_parent *p)
{
	return p->root[0] ? p->root : NULL;
}

static void *run_fetch(void *context)
{
	struct fetch *f = context;
	struct bolt_parent *p = f->parent;
	struct bolt_err err = { .msg = "" };
	enum bolt_engine engine = p->target->kind == BOLT_TARGET_PODMAN ? BOLT_ENGINE_PODMAN : BOLT_ENGINE_DOCKER;
	int r = p->registry ? bolt_registry_blob(p->registry, f->digest, f->size, f->out_fd, NULL, &err)
			    : bolt_docker_save(engine, p->options->engine_socket, p->target->name, f->out_fd, NULL, &err);

	pthread_mutex_lock(&p->lock);
	if (r < 0 && r != -EPIPE && !p->trouble) {
		p->trouble = r;
		p->trouble_text = err;
	}
	pthread_mutex_unlock(&p->lock);
	/* Last: the reader sees the end now, and may at once ask what the trouble was. */
	close(f->out_fd);
	atomic_fetch_sub(&p->live, 1);
	return NULL;
}

int bolt_parent_pipe(int *ret_read_fd, int *ret_write_fd, struct bolt_err *err)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return bolt_err_set(err, -errno, "cannot make a pipe: %m");
	BOLT_IGNORE(fcntl(ends[1], F_SETPIPE_SZ, 1 << 20)); /* only faster */
	*ret_read_fd = ends[0];
	*ret_write_fd = ends[1];
	return 0;
}

/* Takes out_fd, also when it fails. */
static int start_fetch(struct bolt_parent *p, const char *digest, uint64_t size, int out_fd, struct bolt_err *err)
{
	struct fetch *f = calloc(1, sizeof(*f));
	int r = f ? 0 : ENOMEM;

	if (f) {
		f->parent = p;
		f->out_fd = out_fd;
		f->size = size;
		(void) snprintf(f->digest, sizeof(f->digest), "%s", digest);
		atomic_fetch_add(&p->live, 1);
		r = pthread_create(&f->thread, NULL, run_fetch, f);
		if (r != 0)
			atomic_fetch_sub(&p->live, 1);
	}
	if (r != 0) {
		close(out_fd);
		free(f);
		return bolt_err_set(err, -r, "cannot make a thread");
	}
	f->next = p->fetches;
	p->fetches = f;
	return 0;
}

int bolt_parent_start_engine(struct bolt_parent *p, int write_fd, struct bolt_err *err)
{
	return start_fetch(p, "", 0, write_fd, err);
}

static int open_blob(struct bolt_parent *p, const char *digest, uint64_t size, int *ret_fd, struct bolt_err *err)
{
	int read_fd, write_fd;

	if (atomic_load(&p->live) >= BOLT_SCAN_FETCHES_MAX)
		return bolt_err_set(err, -E2BIG, "more than %u blobs asked for at once", BOLT_SCAN_FETCHES_MAX);
	int r = bolt_parent_pipe(&read_fd, &write_fd, err);
	if (r < 0)
		return r;
	r = start_fetch(p, digest, size, write_fd, err);
	if (r < 0)
		close(read_fd);
	else
		*ret_fd = read_fd;
	return r;
}

/* Only what a layout has: "index.json", "oci-layout", "blobs/ALGORITHM/HEX". The worker may have been taken over. */
static bool is_layout_name(const char *name)
{
	struct bolt_digest digest;
	char text[BOLT_DIGEST_TEXT];
	const char *rest = name;

	if (strcmp(name, "index.json") == 0 || strcmp(name, "oci-layout") == 0)
		return true;
	if (!bolt_starts_with(name, "blobs/"))
		return false;
	rest += strlen("blobs/");
	(void) snprintf(text, sizeof(text), "%s", rest);
	char *slash = strchr(text, '/');
	if (!slash || strlen(rest) >= sizeof(text))
		return false;
	*slash = ':';
	return bolt_digest_parse(text, &digest, NULL) == 0;
}

static int open_layout(struct bolt_parent *p, const char *name, int *ret_fd, struct bolt_err *err)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
				.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	struct stat st;

	if (!is_layout_name(name))
		return bolt_err_set(err, -EINVAL, "not a name in an OCI layout");
	int fd = (int) syscall(SYS_openat2, p->layout_fd, name, &how, sizeof(how));
	if (fd < 0)
		return bolt_err_set(err, -errno, "cannot open '%s/%s': %m", p->target->name, name);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return bolt_err_set(err, -EINVAL, "'%s/%s' is not a regular file", p->target->name, name);
	}
	*ret_fd = fd;
	return 0;
}

static int open_manifest(struct bolt_parent *p, const char *version, int *ret_fd, struct bolt_err *err)
{
	uint8_t *bytes = NULL;
	size_t len = 0;
	char *media_type = NULL;
	int r = bolt_registry_manifest(p->registry, version, &bytes, &len, &media_type, err);

	if (r < 0)
		return r;
	int fd = memfd_create("manifest", MFD_CLOEXEC);
	if (fd < 0 || write(fd, bytes, len) != (ssize_t) len || lseek(fd, 0, SEEK_SET) < 0)
		r = bolt_err_set(err, -errno, "cannot keep a manifest in memory: %m");
	free(bytes);
	free(media_type);
	if (r < 0 && fd >= 0)
		close(fd);
	*ret_fd = fd;
	return r;
}

static int open_name(struct bolt_parent *p, const struct bolt_ask *ask, int *ret_fd, struct bolt_err *err)
{
	const char *name = ask->name;
	struct bolt_digest digest;
	char text[BOLT_DIGEST_TEXT];

	if (memchr(name, '\0', sizeof(ask->name)) == NULL)
		return bolt_err_set(err, -EINVAL, "a name without end");
	if (p->layout_fd >= 0)
		return open_layout(p, name, ret_fd, err);
	if (!p->reference)
		return bolt_err_set(err, -EINVAL, "this subject has no blobs");
	/* Only now, after the fork: so no copy of any credential is in the worker's memory. */
	if (!p->registry) {
		int r = bolt_registry_open(&p->options->registry, p->reference, &p->registry, err);

		if (r < 0)
			return r;
	}
	if (bolt_starts_with(name, "manifests/"))
		return open_manifest(p, name + strlen("manifests/"), ret_fd, err);
	if (!is_layout_name(name) || !bolt_starts_with(name, "blobs/"))
		return bolt_err_set(err, -EINVAL, "not a name in a registry");
	(void) snprintf(text, sizeof(text), "%s", name + strlen("blobs/"));
	*strchr(text, '/') = ':';
	if (bolt_digest_parse(text, &digest, err) < 0)
		return -EINVAL;
	return open_blob(p, text, ask->size, ret_fd, err);
}

int bolt_parent_answer(struct bolt_parent *p, int socket, const struct bolt_ask *ask)
{
	struct bolt_answer answer = { .status = 0 };
	int fd = -1;

	if (p->asks == BOLT_SCAN_ASKS_MAX)
		answer.status = bolt_err_set(&answer.err, -E2BIG, "more than %u files asked for", p->asks);
	else
		answer.status = (p->asks++, open_name(p, ask, &fd, &answer.err));
	int r = bolt_channel_send(socket, &answer, sizeof(answer), answer.status < 0 ? -1 : fd);
	if (answer.status == 0)
		close(fd);
	return r;
}

int bolt_parent_trouble(struct bolt_parent *p, struct bolt_err *err)
{
	if (!p)
		return 0;
	pthread_mutex_lock(&p->lock);
	int r = p->trouble;
	if (r < 0)
		(void) bolt_err_set(err, r, "%s", bolt_err_text(&p->trouble_text, r));
	pthread_mutex_unlock(&p->lock);
	return r;
}

char *bolt_parent_mirror_trouble(struct bolt_parent *p)
{
	return p->registry ? bolt_registry_mirror_trouble(p->registry) : NULL;
}
