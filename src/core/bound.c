#include "core/bound.h"

unsigned bolt_bounds_factor = 1;
