/** One thing being checked, a file or a link's digest, from the moment it is dropped to the log's answer. */

import type { FileHasher, Hashing } from "./hasher";
import { NotHashed } from "./hasher";
import type { Link } from "./fragment";
import { lookUp, Refused, Unreachable } from "./lookup";
import type { Digests, Pair } from "./messages";
import { BadReceipt, LARGEST_RECEIPT, readReceipt, type Receipt } from "./receipt";
import { type Answer, type Digest } from "./seals";
import type { Key } from "./texts";

/** A digest to ask about: the file's own, or that of the sealed original inside a PDF. */
export interface Asked extends Digest {
    inside?: boolean;
}

/** What a check has come to. */
export type State =
    | { kind: "waiting" | "asking" | "cancelled" }
    | { kind: "hashing"; done: number }
    | { kind: "answered"; asked: Asked; answer: Answer }
    | { kind: "failed"; problem: Problem };

/** Something that went wrong, as a sentence of `texts.ts`. */
export interface Problem {
    key: Key;
    params?: Record<string, string | number>;
    /** The digest is known, the log was not heard: asking again may help. */
    again?: boolean;
}

/** A remark beside the result: something found to be so, something to know, or a warning. */
export interface Remark {
    key: Key;
    tone: "good" | "plain" | "bad";
}

/** What a check needs from the page. */
export interface Surroundings {
    hasher: FileHasher;
    language(): string;
    link(): Link | undefined;
}

/** A check. Whoever shows it sets `changed`. */
export class Check {
    state: State = { kind: "waiting" };
    /** In the order in which they are asked about. */
    digests: Asked[] = [];
    /** The file is a PDF that was changed after a receipt was attached. */
    tampered = false;
    remarks: Remark[] = [];
    changed: () => void = () => undefined;
    #hashing: Hashing | undefined;
    #cancelled = false;

    /** @param name the file's name, or undefined for the digest of a link; @param size in bytes */
    constructor(
        private readonly around: Surroundings,
        readonly name?: string,
        readonly size?: number,
    ) {}

    /** Hash a file, then ask the log. */
    async file(file: File, receiptFile?: File): Promise<void> {
        const link = this.around.link();
        const receipt = await this.#receipt(receiptFile);
        if (this.#cancelled) return this.#become({ kind: "cancelled" });
        this.#hashing = this.around.hasher.hash(file, receipt?.salt ?? link?.salt, (done) => {
            this.#become({ kind: "hashing", done });
        });
        try {
            this.#know(await this.#hashing.digests);
        } catch (error) {
            return this.#notHashed(error);
        }
        if (this.#cancelled) return this.#become({ kind: "cancelled" });
        // A receipt is only read here, never proved: naming this file earns it no tick.
        this.#compare(receipt?.document, "receipt", "plain");
        if (link?.digest) this.#compare({ alg: link.alg, digest: link.digest }, "link", "good");
        await this.ask();
    }

    /** Stop. Nothing is asked of the log any more. */
    cancel(): void {
        this.#cancelled = true;
        this.#hashing?.cancel();
    }

    /** Ask about a digest that is known already. */
    async digest(known: Digest): Promise<void> {
        this.digests = [known];
        await this.ask();
    }

    /** Ask the log, about one digest after the other until one is found. */
    async ask(): Promise<void> {
        this.#become({ kind: "asking" });
        try {
            for (const asked of this.digests) {
                const answer = await lookUp(asked, this.around.language());
                if (answer.seals.length || asked === this.digests.at(-1)) {
                    return this.#become({ kind: "answered", asked, answer });
                }
            }
        } catch (error) {
            this.fail(problemOf(error));
        }
    }

    /** End the check with a problem. */
    fail(problem: Problem): void {
        this.#become({ kind: "failed", problem });
    }

    async #receipt(file: File | undefined): Promise<Receipt | undefined> {
        if (!file) return undefined;
        try {
            if (file.size > LARGEST_RECEIPT) throw new BadReceipt("size");
            return readReceipt(await file.text());
        } catch {
            this.remarks.push({ key: "receipt_bad", tone: "bad" });
            return undefined;
        }
    }

    /** The file's own digests come first: where they are registered, nothing inside need be asked about. */
    #know({ inside, ...whole }: Digests): void {
        this.tampered = inside === "changed";
        this.digests = [...askable(whole), ...(inside && inside !== "changed" ? askable(inside, true) : [])];
    }

    #compare(named: Digest | undefined, what: "receipt" | "link", same: Remark["tone"]): void {
        const known = this.digests.filter(({ alg }) => alg === named?.alg);
        if (!named || !known.length) return;
        const match = known.find(({ digest }) => digest === named.digest);
        if (!match) this.remarks.push({ key: `${what}_other`, tone: "bad" });
        else this.remarks.push(match.inside ? { key: `${what}_inside`, tone: "plain" } : { key: `${what}_same`, tone: same });
    }

    #notHashed(error: unknown): void {
        const failure = error instanceof NotHashed ? error.failure : "unsupported";
        if (failure === "cancelled") return this.#become({ kind: "cancelled" });
        this.fail({ key: `problem_${failure}` });
    }

    #become(state: State): void {
        this.state = state;
        this.changed();
    }
}

/** The salted digest goes first: of a guessable document the plain one is only asked if need be. */
function askable({ sha256, salted }: Pair, inside = false): Asked[] {
    const plain: Asked = { alg: "sha-256", digest: sha256, inside };
    return salted ? [{ alg: "hmac-sha-256", digest: salted, inside }, plain] : [plain];
}

function problemOf(error: unknown): Problem {
    if (error instanceof Unreachable) return { key: "problem_unreachable", again: true };
    if (!(error instanceof Refused)) return { key: "problem_answer", again: true };
    if (!error.got) return { key: "problem_refused", params: { status: error.status }, again: true };
    const said = { got: error.got.replace(/\.$/, ""), next: error.nextStep ?? "" };
    return { key: "problem_said", params: said, again: true };
}
