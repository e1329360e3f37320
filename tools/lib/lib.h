/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the lctcp command, the labs, the demo and the tests share: from events
 * that the module traced to what people read of them.  The headers below are
 * public; include those that you use, as "lib/events.h".
 *
 * The others are for the library and its tests: format.h and ring.h read the
 * buffers that live.h records, ladder_layout.h places what ladder_svg.c draws.
 *
 * Nothing here knows of a command, nor of the module but <lctcp/...> and the
 * pure core.
 */
#ifndef LCTCP_LIB_H
#define LCTCP_LIB_H

#include "array.h"	/* an array that grows */
#include "events.h"	/* a trace or a recording, as an array of events */
#include "json.h"	/* flat objects, a line each */
#include "ladder.h"	/* a connection, and its ladder: text, SVG, Mermaid */
#include "lang.h"	/* English or Chinese */
#include "live.h"	/* events as they happen */
#include "names.h"	/* states and events by the names that people type */
#include "plot.h"	/* one direction over time: text, SVG, JSON */
#include "svg.h"	/* pictures with text that fits */
#include "terms.h"	/* what other words mean */
#include "utf8.h"	/* characters and their widths, without a locale */
#include "why.h"	/* sentences and words, in English and Chinese */

#endif /* LCTCP_LIB_H */
