#include "core/digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *prefix;
	size_t bytes;
	const char *openssl_name;
} algorithms[] = {
	[BOLT_DIGEST_SHA256] = { "sha256:", 32, "SHA256" },
	[BOLT_DIGEST_SHA512] = { "sha512:", 64, "SHA512" },
};

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int bolt_digest_parse(const char *text, struct bolt_digest *ret_digest, struct bolt_err *err)
{
	for (size_t a = BOLT_DIGEST_SHA256; a < BOLT_ARRAY_LEN(algorithms); a++) {
		size_t prefix = strlen(algorithms[a].prefix), n = algorithms[a].bytes;
		struct bolt_digest digest = { .algorithm = (enum bolt_digest_algorithm) a };

		if (strncmp(text, algorithms[a].prefix, prefix) != 0 || strlen(text) != prefix + 2 * n)
			continue;
		for (size_t i = 0; i < n; i++) {
			int high = hex_value(text[prefix + 2 * i]), low = hex_value(text[prefix + 2 * i + 1]);

			if (high < 0 || low < 0)
				return bolt_err_set(err, -EINVAL, "digest '%.160s': not lower-case hex", text);
			digest.bytes[i] = (uint8_t) (high << 4 | low);
		}
		*ret_digest = digest;
		return 0;
	}
	return bolt_err_set(err, -EINVAL, "digest '%.160s': want sha256:<64 hex> or sha512:<128 hex>", text);
}

void bolt_hex(const uint8_t *bytes, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * n] = '\0';
}

const char *bolt_digest_text(const struct bolt_digest *digest, char *buf)
{
	buf[0] = '\0';
	if (digest->algorithm != BOLT_DIGEST_NONE) {
		size_t prefix = strlen(algorithms[digest->algorithm].prefix);

		memcpy(buf, algorithms[digest->algorithm].prefix, prefix);
		bolt_hex(digest->bytes, algorithms[digest->algorithm].bytes, buf + prefix);
	}
	return buf;
}

bool bolt_digest_equal(const struct bolt_digest *a, const struct bolt_digest *b)
{
	return a->algorithm == b->algorithm && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

struct bolt_hash {
	EVP_MD_CTX *context;
	EVP_MD *kind; /* fetched once: a fetch for every message costs more than hashing a small file */
	enum bolt_digest_algorithm algorithm;
	bool started;
};

struct bolt_hash *bolt_hash_new(enum bolt_digest_algorithm algorithm)
{
	struct bolt_hash *hash = calloc(1, sizeof(*hash));

	if (!hash)
		return NULL;
	hash->algorithm = algorithm;
	hash->context = EVP_MD_CTX_new();
	hash->kind = EVP_MD_fetch(NULL, algorithms[algorithm].openssl_name, NULL);
	if (!hash->context || !hash->kind) {
		bolt_hash_free(hash);
		return NULL;
	}
	return hash;
}

void bolt_hash_free(struct bolt_hash *hash)
{
	if (!hash)
		return;
	EVP_MD_CTX_free(hash->context);
	EVP_MD_free(hash->kind);
	free(hash);
}

/* OpenSSL's digest calls fail only on misuse or memory exhaustion inside a fetched, initialised context: a wrong hash must
 * never leave here, so that is the end of the process. */
static void must(int ok)
{
	if (ok != 1)
		abort();
}

static void start(struct bolt_hash *hash)
{
	if (hash->started)
		return;
	must(EVP_DigestInit_ex2(hash->context, hash->kind, NULL));
	hash->started = true;
}

void bolt_hash_update(struct bolt_hash *hash, const void *bytes, size_t n)
{
	start(hash);
	must(EVP_DigestUpdate(hash->context, bytes, n));
}

void bolt_hash_final(struct bolt_hash *hash, struct bolt_digest *ret_digest)
{
	start(hash);
	memset(ret_digest, 0, sizeof(*ret_digest));
	ret_digest->algorithm = hash->algorithm;
	must(EVP_DigestFinal_ex(hash->context, ret_digest->bytes, NULL));
	hash->started = false;
}

int bolt_digest_of(enum bolt_digest_algorithm algorithm, const void *bytes, size_t n, struct bolt_digest *ret_digest)
{
	BOLT_CLEANUP(bolt_hash_freep) struct bolt_hash *hash = bolt_hash_new(algorithm);

	if (!hash)
		return -ENOMEM;
	bolt_hash_update(hash, bytes, n);
	bolt_hash_final(hash, ret_digest);
	return 0;
}
