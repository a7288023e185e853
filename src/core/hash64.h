/* 64-bit keyed hashes for tables of names that attackers choose: XXH3 with a seed drawn once per process, so that collisions
 * cannot be prepared. Never part of any output. */
#pragma once

#include <stddef.h>
#include <stdint.h>

uint64_t bolt_hash64(const void *bytes, size_t n);

/* The same, going on from an earlier hash: h(a, h(b)) chains. */
uint64_t bolt_hash64_after(uint64_t before, const void *bytes, size_t n);
