/**
 * A receipt (C2SP tlog-proof) dropped beside its file: the salt and the statement are taken from its `extra`.
 *
 * Its proof is not checked here: that needs the log's key, which must not come from the server that is to be checked.
 * `passavant verify` does it without a network.
 */

import { fromBase64 } from "./bytes";
import { type Digest, isAlgorithm, isDigest } from "./seals";
import { SALT_SIZE } from "./salted";

/** What a receipt's name adds to its file's. */
export const RECEIPT_ENDING = ".tlog-proof";
/** No receipt is larger, in bytes: an entry of 64 KiB in base64, and the rest. */
export const LARGEST_RECEIPT = 128 * 1024;

const HEADER = "c2sp.org/tlog-proof@v1";
const INDEX = /^index (0|[1-9][0-9]{0,18})$/;

/** What a receipt tells this page. */
export interface Receipt {
    /** The document that its statement names. */
    document?: Digest;
    salt?: Uint8Array;
}

/** The file is no receipt. */
export class BadReceipt extends Error {}

/** Read a receipt. @throws BadReceipt */
export function readReceipt(text: string): Receipt {
    const [head = "", checkpoint] = cut(text, "\n\n");
    const lines = head.split("\n");
    const extra = lines[1]?.startsWith("extra ") ? lines.splice(1, 1)[0]?.slice("extra ".length) : undefined;
    if (lines[0] !== HEADER || !INDEX.test(lines[1] ?? "") || !checkpoint) throw new BadReceipt("form");
    return extra === undefined ? {} : readExtra(parsed(bytes(extra)));
}

function readExtra(extra: Record<string, unknown>): Receipt {
    const salt = extra.salt === undefined ? undefined : bytes(extra.salt);
    if (salt && salt.length !== SALT_SIZE) throw new BadReceipt("salt");
    const document = extra.entry === undefined ? undefined : statement(parsed(bytes(extra.entry)).statement);
    return { ...(document && { document }), ...(salt && { salt }) };
}

function statement(value: unknown): Digest {
    const { alg, digest } = (value ?? {}) as Record<string, unknown>;
    if (!isAlgorithm(alg) || !isDigest(digest)) throw new BadReceipt("statement");
    return { alg, digest };
}

function bytes(value: unknown): Uint8Array {
    const found = typeof value === "string" ? fromBase64(value) : undefined;
    if (!found) throw new BadReceipt("base64");
    return found;
}

function parsed(json: Uint8Array): Record<string, unknown> {
    try {
        const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
        if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
    } catch {
        // falls through to the one refusal below
    }
    throw new BadReceipt("json");
}

function cut(text: string, mark: string): [string, string?] {
    const at = text.indexOf(mark);
    return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}
