/** The card of one check: its name, how far it is, and the log's answer in words, with a sign and a colour. */

import type { Asked, Check, Remark, State } from "./check";
import { copyable } from "./copy";
import { button, type Child, element, icon } from "./dom";
import { lines, sealLines } from "./seal_view";
import type { Answer, Seal, Status } from "./seals";
import type { Key } from "./texts";
import type { Words } from "./words";

const KNOW = "M12 3a9 9 0 100 18 9 9 0 000-18M12 11v5.5M12 7.5v.2";

/** How a card looks: each has its own sign, so that colour is never the only one. */
const SIGNS = {
    valid: "M4 12.5l5.5 5.5L20 7",
    // The sealed original inside is valid; of the file around it this page cannot say so.
    inside: KNOW,
    superseded: "M4 12h13M12 6l6 6-6 6",
    revoked: "M5.5 5.5l13 13M18.5 5.5l-13 13",
    expired: "M12 3a9 9 0 100 18 9 9 0 000-18M12 7.5V12l3.5 2.5",
    several: "M4 6.5h16M4 12h16M4 17.5h16",
    unregistered: "M8.5 9a3.5 3.5 0 116 2.4c-1.3 1-2.5 1.6-2.5 3.3M12 18.4v.2",
    failed: "M12 4v10.5M12 18.8v.2",
    cancelled: "M5 12h14",
};
type Look = keyof typeof SIGNS;
type Answered = Extract<State, { kind: "answered" }>;

/** A remark's sign: the tick is kept for what this page found out itself. */
const REMARKS = {
    good: SIGNS.valid,
    plain: KNOW,
    bad: SIGNS.failed,
} satisfies Record<Remark["tone"], string>;

/** Shows a check, and keeps showing it as it changes. */
export class Card {
    readonly element = element("li", { class: "card" });
    #progress: { bar: HTMLProgressElement; text: HTMLElement; way: HTMLElement } | undefined;

    constructor(
        readonly check: Check,
        private words: Words,
        private readonly announce: (text: string) => void,
    ) {
        check.changed = () => this.#changed();
        this.#draw();
    }

    /** End the check, whose card is gone: nothing more is said of it. */
    discard(): void {
        this.check.changed = () => undefined;
        this.check.cancel();
    }

    /** Show it in another language. */
    speak(words: Words): void {
        this.words = words;
        this.#draw();
    }

    get #name(): string {
        return this.check.name ?? this.words.say("link_document");
    }

    #changed(): void {
        const { state } = this.check;
        if (state.kind === "hashing" && this.#progress) return this.#advance(state);
        const focused = this.element.contains(document.activeElement);
        this.#draw();
        // The button that had the focus is gone: the card's title takes it, so that the keyboard keeps its place.
        if (focused) this.element.querySelector("h3")?.focus();
        const look = lookOf(state);
        if (look) this.announce(this.words.say("announced", { name: this.#name, result: this.words.say(look) }));
    }

    #draw(): void {
        const { state, size } = this.check;
        const look = lookOf(state);
        this.#progress = undefined;
        this.element.dataset.state = look ?? state.kind;
        const title = element("h3", { tabindex: "-1" }, element("bdi", {}, this.#name));
        const weight = size !== undefined && element("span", { class: "weight" }, this.words.size(size));
        this.element.replaceChildren(element("div", { class: "head" }, title, weight || ""), ...this.#body(state, look));
    }

    #body(state: State, look: Look | undefined): Node[] {
        if (state.kind === "hashing" || state.kind === "waiting") return [this.#hashing(state)];
        if (state.kind === "asking") return [element("p", { class: "way" }, this.words.say("asking"))];
        const parts: (Node | undefined)[] = [look && this.#verdict(look), ...this.#remarks(state)];
        if (state.kind === "failed") parts.push(...this.#problem(state));
        if (state.kind === "answered") parts.push(...this.#answer(state));
        parts.push(this.#digests());
        if (state.kind === "answered") parts.push(this.#source(state.answer));
        return parts.filter((part) => part !== undefined);
    }

    #verdict(look: Look): HTMLElement {
        return element("p", { class: "verdict" }, icon(SIGNS[look]), this.words.say(look));
    }

    #hashing(state: State): HTMLElement {
        const total = this.check.size ?? 0;
        const label = this.words.say("progress", { name: this.#name });
        const bar = element("progress", { max: String(Math.max(total, 1)), value: "0", "aria-label": label });
        const text = element("span", { class: "done" });
        const cancelled = () => this.check.cancel();
        const name = { class: "small", "aria-label": this.words.say("cancel_file", { name: this.#name }) };
        const way = element("p", { class: "way" });
        this.#progress = { bar, text, way };
        this.#advance(state);
        const foot = element("div", { class: "foot" }, text, button(this.words.say("cancel"), name, cancelled));
        return element("div", {}, way, bar, foot);
    }

    #advance(state: State): void {
        if (!this.#progress) return;
        const done = state.kind === "hashing" ? state.done : 0;
        this.element.dataset.state = state.kind;
        const total = this.words.size(this.check.size ?? 0);
        this.#progress.bar.value = done;
        this.#progress.way.textContent = this.words.say(done ? "hashing" : "waiting");
        this.#progress.text.textContent = this.words.say("done_of", { done: this.words.size(done), total });
    }

    #problem({ problem }: Extract<State, { kind: "failed" }>): Node[] {
        const text = element("p", {}, this.words.say(problem.key, problem.params));
        const again = () => void this.check.ask();
        return problem.again ? [text, button(this.words.say("retry"), { class: "small" }, again)] : [text];
    }

    #answer({ asked, answer: { seals } }: Answered): Node[] {
        const [first] = seals;
        if (!first) return this.#unregistered();
        if (seals.length === 1) {
            const params = { issuer: first.issuer, what: this.words.say(asked.inside ? "what_inside" : "what_file") };
            return [element("p", {}, this.words.say(`${first.status}_text`, params)), sealLines(first, this.words)];
        }
        return seals.flatMap((seal, index) => {
            const place = { n: index + 1, total: seals.length, status: this.words.say(seal.status) };
            const look = lookOfSeal(seal, asked);
            const title = element("h4", { "data-state": look }, icon(SIGNS[look]), this.words.say("seal_n", place));
            return [title, sealLines(seal, this.words)];
        });
    }

    #unregistered(): Node[] {
        const keys: Key[] = this.check.name === undefined ? ["unregistered_link"] : ["unregistered_text", "unregistered_next"];
        return keys.map((key) => element("p", {}, this.words.say(key)));
    }

    #remarks(state: State): Node[] {
        const remarks = [...this.check.remarks];
        const answered = state.kind === "answered" ? state : undefined;
        const found = answered?.answer.seals.length ? answered.asked : undefined;
        if (found?.inside) remarks.push({ key: "inside_found", tone: "plain" });
        if (answered && !found && this.check.digests.some(({ inside }) => inside)) {
            remarks.push({ key: "inside_unregistered", tone: "plain" });
        }
        // Whoever registered the file as a whole registered it with whatever was changed.
        if (this.check.tampered && !found) remarks.push({ key: "inside_changed", tone: "bad" });
        if (found?.alg === "hmac-sha-256") remarks.push({ key: "protected", tone: "plain" });
        return remarks.map(({ key, tone }) =>
            element("p", { class: `remark ${tone}` }, icon(REMARKS[tone]), this.words.say(key)),
        );
    }

    #digests(): HTMLElement | undefined {
        const { digests } = this.check;
        if (!digests.length) return undefined;
        const line = ({ alg, digest, inside }: Asked): [string, Child] => {
            const name = this.words.say(alg === "sha-256" ? "digest" : "salted");
            const label = inside ? this.words.say("of_inside", { name }) : name;
            return [label, copyable(digest, label, this.words)];
        };
        const plainFirst = [...digests].reverse();
        return lines(...[false, true].flatMap((inside) => plainFirst.filter((one) => !!one.inside === inside).map(line)));
    }

    #source({ origin, asOf }: Answer): HTMLElement {
        const params = { origin, n: this.words.number(asOf.size), time: this.words.time(asOf.time) };
        return element("p", { class: "source" }, this.words.say("as_of", params));
    }
}

/** Return how a check that has ended looks; undefined while it goes on. */
function lookOf(state: State): Look | undefined {
    if (state.kind === "failed" || state.kind === "cancelled") return state.kind;
    if (state.kind !== "answered") return undefined;
    const [first, ...others] = state.answer.seals;
    if (!first) return "unregistered";
    return others.every(({ status }) => status === first.status) ? lookOfSeal(first, state.asked) : "several";
}

function lookOfSeal({ status }: Seal, { inside }: Asked): Look & ("inside" | Status) {
    return inside && status === "valid" ? "inside" : status;
}
