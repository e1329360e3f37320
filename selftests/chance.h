/* SPDX-License-Identifier: GPL-2.0 */
/* Chance that can be had again: splitmix64 (Steele, Lea and Flood, 2014). */
#ifndef _SELFTESTS_CHANCE_H
#define _SELFTESTS_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

struct chance {
	uint64_t x;
};

static inline uint64_t chance_next(struct chance *c)
{
	uint64_t z = c->x += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

/* 0 to @sides - 1 */
static inline unsigned int dice(struct chance *c, unsigned int sides)
{
	return (chance_next(c) >> 32) * sides >> 32;
}

/* once in @n */
static inline bool once_in(struct chance *c, unsigned int n)
{
	return !dice(c, n);
}

#define PICK(c, array)	((array)[dice(c, sizeof(array) / sizeof(*(array)))])

#endif /* _SELFTESTS_CHANCE_H */
