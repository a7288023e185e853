/* A share of memory that several threads draw from: what keeps --memory-limit. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/macros.h"

struct bolt_budget {
	size_t left; /* changed atomically */
};

/* False when less than n is left: nothing was taken. A NULL budget never refuses. */
BOLT_MUST_CHECK static inline bool bolt_budget_take(struct bolt_budget *budget, size_t n)
{
	if (!budget)
		return true;
	size_t left = __atomic_load_n(&budget->left, __ATOMIC_RELAXED);
	do {
		if (left < n)
			return false;
	} while (!__atomic_compare_exchange_n(&budget->left, &left, left - n, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
	return true;
}

static inline void bolt_budget_give(struct bolt_budget *budget, size_t n)
{
	if (budget)
		__atomic_add_fetch(&budget->left, n, __ATOMIC_RELAXED);
}
