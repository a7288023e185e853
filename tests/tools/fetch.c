/* fetch [OPTION..] manifest REF | blob REF DIGEST SIZE | blobs REF DIGEST SIZE THREADS | docker NAME | podman NAME | inspect NAME
 * Runs the network half of src/oci for component tests: bytes to stdout, what people would read to stderr. The exit code is 0,
 * 1 for a failure (its errno's name is printed first), 2 for a wrong call. "blobs" fetches the same blob on so many threads at
 * once, each into a hash, and prints the digests. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/digest.h"
#include "core/text.h"
#include "core/write_all.h"
#include "oci/docker_engine.h"
#include "oci/registry.h"

enum { THREADS_MAX = 16, MIRRORS_MAX = 4 };

static int say(int r, const struct bolt_err *err)
{
	if (r < 0)
		(void) fprintf(stderr, "%s: %s\n", strerrorname_np(-r), err->msg[0] ? err->msg : "(nothing said)");
	return r < 0;
}

static int fetch_manifest(struct bolt_registry *registry, const char *version, struct bolt_err *err)
{
	char *media_type = NULL;
	uint8_t *bytes = NULL;
	size_t n;
	int r = bolt_registry_manifest(registry, version, &bytes, &n, &media_type, err);

	if (r == 0) {
		(void) fprintf(stderr, "media type: %s\n", media_type);
		r = bolt_write_all(STDOUT_FILENO, bytes, n);
	}
	free(bytes);
	free(media_type);
	return r;
}

static int fetch_blob(struct bolt_registry *registry, const char *digest, uint64_t size, struct bolt_err *err)
{
	_Atomic uint64_t progress = 0;
	int r = bolt_registry_blob(registry, digest, size, STDOUT_FILENO, &progress, err);

	(void) fprintf(stderr, "progress: %" PRIu64 "\n", atomic_load(&progress));
	return r;
}

struct stream {
	struct bolt_registry *registry;
	const char *digest;
	uint64_t size;
	int in, out;
	pthread_t writer, reader;
	int r;
	struct bolt_err err;
	struct bolt_digest got;
};

static void *write_stream(void *argument)
{
	struct stream *stream = argument;

	stream->r = bolt_registry_blob(stream->registry, stream->digest, stream->size, stream->out, NULL, &stream->err);
	close(stream->out);
	return NULL;
}

static void *read_stream(void *argument)
{
	struct stream *stream = argument;
	struct bolt_hash *hash = bolt_hash_new(BOLT_DIGEST_SHA256);
	uint8_t block[65536];
	ssize_t n;

	while ((n = read(stream->in, block, sizeof(block))) > 0)
		bolt_hash_update(hash, block, (size_t) n);
	bolt_hash_final(hash, &stream->got);
	bolt_hash_free(hash);
	close(stream->in);
	return NULL;
}

static int fetch_blobs(struct bolt_registry *registry, const char *digest, uint64_t size, unsigned threads)
{
	static struct stream streams[THREADS_MAX];
	char text[BOLT_DIGEST_TEXT];
	int failed = 0;

	for (unsigned i = 0; i < threads; i++) {
		struct stream *stream = &streams[i];
		int ends[2];

		if (pipe(ends) < 0)
			return 1;
		*stream = (struct stream){ .registry = registry, .digest = digest, .size = size, .in = ends[0], .out = ends[1] };
		if (pthread_create(&stream->writer, NULL, write_stream, stream) != 0 ||
		    pthread_create(&stream->reader, NULL, read_stream, stream) != 0)
			return 1;
	}
	for (unsigned i = 0; i < threads; i++) {
		(void) pthread_join(streams[i].writer, NULL);
		(void) pthread_join(streams[i].reader, NULL);
		failed |= say(streams[i].r, &streams[i].err);
		printf("%s\n", bolt_digest_text(&streams[i].got, text));
	}
	return failed;
}

static int inspect(const char *name, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_docker_image_freep) struct bolt_docker_image *image = NULL;
	int r = bolt_docker_inspect(BOLT_ENGINE_DOCKER, NULL, name, &image, err);

	if (r < 0)
		return r;
	printf("%s\n", image->id);
	for (size_t i = 0; i < image->repo_digests_len; i++)
		printf("%s\n", image->repo_digests[i]);
	return 0;
}

static int from_registry(const struct bolt_registry_options *options, char **argv, int argc)
{
	struct bolt_err err = { .msg = "" };
	BOLT_CLEANUP(bolt_reference_freep) struct bolt_reference *reference = NULL;
	BOLT_CLEANUP(bolt_registry_freep) struct bolt_registry *registry = NULL;
	uint64_t size = 0, threads = 1;
	int r = bolt_reference_parse(argv[1], &reference, &err), failed = 0;

	if (argc > 3 && bolt_parse_u64(argv[3], INT64_MAX, &size) < 0)
		return 2;
	if (argc > 4 && bolt_parse_u64(argv[4], THREADS_MAX, &threads) < 0)
		return 2;
	if (r == 0)
		r = bolt_registry_open(options, reference, &registry, &err);
	if (r == 0 && strcmp(argv[0], "manifest") == 0)
		r = fetch_manifest(registry, bolt_reference_version(reference), &err);
	else if (r == 0 && strcmp(argv[0], "blob") == 0 && argc == 4)
		r = fetch_blob(registry, argv[2], size, &err);
	else if (r == 0 && strcmp(argv[0], "blobs") == 0 && argc == 5)
		failed = fetch_blobs(registry, argv[2], size, (unsigned) threads);
	char *trouble = registry ? bolt_registry_mirror_trouble(registry) : NULL;
	if (trouble)
		(void) fprintf(stderr, "warning: %s\n", trouble);
	free(trouble);
	return failed | say(r, &err);
}

int main(int argc, char **argv)
{
	static const struct option known[] = {
		{ "ca-file", required_argument, NULL, 'c' },       { "insecure", no_argument, NULL, 'k' },
		{ "plain-http", no_argument, NULL, 'p' },          { "user", required_argument, NULL, 'u' },
		{ "password", required_argument, NULL, 'w' },      { "mirror", required_argument, NULL, 'm' },
		{ "stall-timeout", required_argument, NULL, 's' }, { 0 },
	};
	const char *mirrors[MIRRORS_MAX];
	struct bolt_registry_options options = { .mirrors = mirrors, .retry_wait_ms = 20 };
	struct bolt_err err = { .msg = "" };
	uint64_t seconds;

	for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
		if (c == 'c')
			options.ca_file = optarg;
		else if (c == 'k')
			options.insecure_skip_verify = true;
		else if (c == 'p')
			options.plain_http = true;
		else if (c == 'u')
			options.username = optarg;
		else if (c == 'w')
			options.password = optarg;
		else if (c == 'm' && options.mirrors_len < MIRRORS_MAX)
			mirrors[options.mirrors_len++] = optarg;
		else if (c == 's' && bolt_parse_u64(optarg, 3600, &seconds) == 0)
			options.stall_timeout_sec = (unsigned) seconds;
		else
			return 2;
	}
	argc -= optind;
	argv += optind;
	if (argc < 2) {
		(void) fprintf(stderr, "usage: see the head of fetch.c\n");
		return 2;
	}
	if (strcmp(argv[0], "docker") == 0)
		return say(bolt_docker_save(BOLT_ENGINE_DOCKER, NULL, argv[1], STDOUT_FILENO, NULL, &err), &err);
	if (strcmp(argv[0], "podman") == 0)
		return say(bolt_docker_save(BOLT_ENGINE_PODMAN, NULL, argv[1], STDOUT_FILENO, NULL, &err), &err);
	if (strcmp(argv[0], "inspect") == 0)
		return say(inspect(argv[1], &err), &err);
	return from_registry(&options, argv, argc);
}
