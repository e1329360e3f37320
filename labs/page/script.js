/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page of the labs: searching, and going through a ladder step by step.
 * Whatever is not for that works without this script.
 */
"use strict";

const all = (what, where = document) => [...where.querySelectorAll(what)];

const words = {
	en: {
		step: "Step by step", back: "←", next: "→", out: "Show all",
		keys: "or the arrow keys", found: n => n + " found",
		sure: ["own sending", "own receiving", "peer’s sending", "peer’s receiving"],
	},
	zh: {
		step: "一步一步看", back: "←", next: "→", out: "看全图",
		keys: "也可以按方向键", found: n => "找到 " + n + " 个",
		sure: ["自己发送", "自己接收", "对方发送", "对方接收"],
	},
};

/* element("p", "class", "text", child...) */
function element(name, className, text, ...children) {
	const e = document.createElement(name);

	e.className = className;
	e.textContent = text;
	e.append(...children);
	return e;
}

function button(text, press) {
	const b = element("button", "", text);

	b.type = "button";
	b.onclick = press;
	return b;
}

/* ---- searching ---- */

function search(input) {
	const wanted = input.value.toLowerCase().split(/\s+/).filter(w => w);
	const lang = document.getElementById("lang-zh").checked ? "zh" : "en";
	let n = 0;

	for (const lab of all("section.lab")) {
		const text = lab.textContent.toLowerCase();

		lab.hidden = !wanted.every(w => text.includes(w));
		n += !lab.hidden;
		all("nav a[href='#" + lab.id + "']")[0].parentNode.hidden = lab.hidden;
	}
	for (const e of all("nav .chapter, main > section:not(.lab)"))
		e.hidden = wanted.length > 0;
	all(".search output")[0].textContent =
		wanted.length ? words[lang].found(n) : "";
}

/* ---- a ladder, step by step ---- */

/* What of the picture comes later than height y? */
function veil(ladder, y, segments, reached) {
	const bottom = all(".life", ladder.svg)[0].getBBox();

	for (const e of ladder.svg.children) {
		const segment = segments.indexOf(e);
		const box = e.getBBox ? e.getBBox() : null;
		let later;

		if (segment >= 0)
			later = !reached.has(segment);
		else if (e.matches("g"))	/* what a side is sure of: below its arc */
			later = box.y > y + 26;
		else if (e.matches("text.state"))
			later = box.y > y + 14;
		else if (e.matches(".span-t, .span-n"))	/* beside its bracket */
			later = box.y > y + 20;
		else
			later = box && box.y > y + 3 &&
				box.y < bottom.y + bottom.height;
		e.classList.toggle("later", Boolean(later));
	}
}

function show_sides(ladder, step) {
	const names = all(".who", ladder.svg).map(e => e.textContent);
	const [, , states, sure] = step;

	ladder.sides.replaceChildren(...states.map((state, i) => {
		const list = sure[i] && state !== "CLOSED" && state !== "LISTEN" ?
			[...sure[i]].map((bit, k) => element("li",
				bit === "1" ? "yes" : "", words[ladder.lang].sure[k])) : [];

		return element("div", "side", "", element("b", "", names[i] || ""),
			element("code", "", state), element("ul", "", "", ...list));
	}));
	for (const box of all("[data-state]", ladder.map)) {
		const at = states.map(s => s === box.dataset.state);

		box.classList.toggle("lit", at.includes(true));
		box.classList.toggle("at-client", Boolean(at[0]));
		box.classList.toggle("at-server", Boolean(at[1]));
	}
}

function show_sentences(ladder, step, segment) {
	const title = segment ? all("title", segment)[0].textContent : "";
	const says = step[4].map(n => {
		const p = element("p", "", "");

		p.innerHTML = all("li[value='" + n + "']", ladder.figure)[0].innerHTML;
		return p;
	});

	ladder.says.replaceChildren(element("p", "what", title), ...says);
}

function show(ladder, to) {
	const segments = all(".line", ladder.svg).map(e => e.parentNode)
		.filter(e => e.matches("g"));
	const step = ladder.steps[to];
	const segment = segments[step[1]];

	ladder.at = to;
	veil(ladder, step[0], segments,
		new Set(ladder.steps.slice(0, to + 1).map(s => s[1])));
	for (const s of segments)
		s.classList.toggle("now", s === segment);
	ladder.count.textContent = (to + 1) + " / " + ladder.steps.length;
	show_sides(ladder, step);
	show_sentences(ladder, step, segment);
	if (segment)
		segment.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function leave(ladder) {
	ladder.at = -1;
	ladder.figure.classList.remove("stepping");
	ladder.panel.remove();
	for (const e of all(".later, .now", ladder.svg))
		e.classList.remove("later", "now");
	ladder.count.textContent = "";
	for (const b of ladder.buttons)
		b.hidden = b !== ladder.begin;
}

/* The state machine stands on the page once; beside a ladder goes a copy. */
function enter(ladder) {
	const map = all("#states ." + ladder.lang + " svg")[0].cloneNode(true);

	map.removeAttribute("aria-labelledby");
	for (const e of all("[id]", map))
		e.removeAttribute("id");
	ladder.map = element("div", "map states", "", map);
	ladder.sides = element("div", "sides", "");
	ladder.says = element("div", "says", "");
	ladder.says.setAttribute("aria-live", "polite");
	ladder.panel = element("div", "panel", "", ladder.sides, ladder.says,
		ladder.map);
	ladder.figure.append(ladder.panel);
	ladder.figure.classList.add("stepping");
	for (const b of ladder.buttons)
		b.hidden = b === ladder.begin;
}

function go(ladder, by) {
	const last = ladder.steps.length - 1;

	if (ladder.at < 0) {
		enter(ladder);
		by = 1;
	}
	show(ladder, Math.max(0, Math.min(last, ladder.at + by)));
}

const far = 1e6;
const keys = {
	ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -far, End: far,
};

/* Up, down and the rest belong to the page until someone has begun. */
function press(ladder, e) {
	const begun = ladder.at >= 0;

	if (e.altKey || e.ctrlKey || e.metaKey)
		return;
	if (begun && e.key === "Escape")
		leave(ladder);
	else if (keys[e.key] && (begun || e.key === "ArrowRight"))
		go(ladder, keys[e.key]);
	else
		return;
	e.preventDefault();
}

function prepare(figure) {
	const lang = figure.lang, w = words[lang];
	const ladder = {
		figure, lang, at: -1, svg: all("svg", figure)[0],
		steps: JSON.parse(figure.dataset.steps),
		count: element("output", "", ""),
	};
	const focus = by => {
		go(ladder, by);
		all(".scroll", figure)[0].focus({ preventScroll: true });
	};

	if (!ladder.steps.length)
		return;
	ladder.begin = button(w.step, () => focus(1));
	ladder.buttons = [ladder.begin, button(w.back, () => focus(-1)),
		ladder.count, button(w.next, () => focus(1)),
		button(w.out, () => leave(ladder)), element("span", "", w.keys)];
	const controls = element("div", "controls", "", ...ladder.buttons);

	all("figcaption", figure)[0].after(controls);
	for (const b of ladder.buttons)
		b.hidden = b !== ladder.begin;
	figure.addEventListener("keydown", e => press(ladder, e));
}

all(".search, .by-keys").forEach(e => e.hidden = false);
all("#search")[0].addEventListener("input", e => search(e.target));
all("figure.ladder").forEach(prepare);
