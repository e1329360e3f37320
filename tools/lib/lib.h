/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the lctcp command, the labs, the demo and the tests share: from events
 * that the module traced to what people read of them.  Public are the headers
 * below; include the ones that you use, as "lib/events.h".
 *
 *	events.h	a trace or a recording, as an array of events
 *	live.h		events as they happen
 *	ladder.h	one connection of them, and its ladder as text, SVG, Mermaid
 *	why.h		sentences and words for it, in English and Chinese
 *	names.h		states and events by the names that people type
 *	json.h		flat objects, a line each
 *	array.h		an array that grows
 *	svg.h		pictures with text that fits
 *	utf8.h		characters and their widths, without a locale
 *
 * The others are inner ones, for the library and its tests: format.h and ring.h
 * read the buffers that live.h records, and ladder_layout.h places what
 * ladder_svg.c draws.
 *
 * Nothing here knows of a command, nor of the module but <lctcp/...> and the
 * pure core.
 */
#ifndef LCTCP_LIB_H
#define LCTCP_LIB_H

#include "array.h"
#include "events.h"
#include "json.h"
#include "ladder.h"
#include "live.h"
#include "names.h"
#include "svg.h"
#include "utf8.h"
#include "why.h"

#endif /* LCTCP_LIB_H */
