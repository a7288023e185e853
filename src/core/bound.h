/* Bounds on what strangers send stand in each room's limits.h, with their reason. All of them can be raised together, for an honest
 * input that is larger than any known when the bound was chosen. */
#pragma once

enum { BOLT_BOUNDS_FACTOR_MAX = 8 }; /* the largest 32-bit bound, times this, still fits 32 bits */

/* 1, or what --bounds says; set once, before any thread. */
extern unsigned bolt_bounds_factor;

/* A bound as it stands now, of the same type as the constant. */
#define BOLT_BOUND(constant) ((__typeof__(constant)) ((constant) *bolt_bounds_factor))

/* What an error or warning about a bound ends with. */
#define BOLT_BOUND_HINT "--bounds 2 doubles every bound"
