/**
 * The private look-up: the log is asked for all digests with the same first 20 bits, and the match is made here.
 *
 * The log learns five hexadecimal digits, which a million different documents share in equal parts.
 */

import { type Answer, BadAnswer, type Digest, readAnswer } from "./seals";

/** Hexadecimal digits of the digest that leave this machine. */
export const PREFIX_DIGITS = 5;

/** Milliseconds after which a log that says nothing counts as silent. */
const PATIENCE_MS = 30_000;

/** The log refused, and says why in the reader's language. */
export class Refused extends Error {
    constructor(
        readonly status: number,
        readonly got?: string,
        readonly nextStep?: string,
    ) {
        super(got ?? `HTTP ${status}`);
    }
}

/** The log did not answer. */
export class Unreachable extends Error {}

/** Return the address to ask, relative to the page: it holds under any path the page is served from. */
export function lookupAddress({ alg, digest }: Digest): string {
    return `api/v1/seals?alg=${alg}&prefix=${digest.slice(0, PREFIX_DIGITS)}`;
}

/**
 * Return what the log says of a document.
 *
 * @throws BadAnswer | Refused | Unreachable
 */
export async function lookUp(asked: Digest, language: string, get: typeof fetch = fetch): Promise<Answer> {
    const response = await get(lookupAddress(asked), {
        headers: { Accept: "application/json", "Accept-Language": language },
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        referrerPolicy: "no-referrer",
        signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch((error: unknown) => {
        throw new Unreachable(String(error));
    });
    const body = await json(response);
    if (!response.ok) throw refusal(response.status, body);
    return readAnswer(body, asked);
}

async function json(response: Response): Promise<unknown> {
    try {
        return await response.json();
    } catch (error) {
        if (error instanceof DOMException || error instanceof TypeError) throw new Unreachable(String(error));
        if (!response.ok) return undefined;
        throw new BadAnswer("json");
    }
}

function refusal(status: number, body: unknown): Refused {
    const said = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
    const words = (value: unknown) => (typeof value === "string" ? value : undefined);
    return new Refused(status, words(said.got), words(said.next_step));
}
