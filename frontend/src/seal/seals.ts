/** What the log says of a document, read strictly: an answer of another form is refused, never half shown. */

export type Algorithm = "sha-256" | "hmac-sha-256";
export type Status = "valid" | "superseded" | "revoked" | "expired";

/** A document's digest under an algorithm. */
export interface Digest {
    alg: Algorithm;
    digest: string;
}

/** One seal and its status. */
export interface Seal {
    index: number;
    issuer: string;
    key: string;
    issuedAt: string;
    loggedAt: string;
    status: Status;
    docType?: string;
    validUntil?: string;
    supersededBy?: Digest;
    revoked?: { loggedAt: string; reason: string };
}

/** The seals of one document, as a log knows them at a size and time. No seal: the document is not registered. */
export interface Answer {
    origin: string;
    asOf: { size: number; time: string };
    seals: Seal[];
}

/** The server's answer has another form than the contract's. */
export class BadAnswer extends Error {}

const DIGEST = /^[0-9a-f]{64}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;
const ALGORITHMS: readonly string[] = ["sha-256", "hmac-sha-256"];
const STATUSES: readonly string[] = ["valid", "superseded", "revoked", "expired"];

export function isAlgorithm(value: unknown): value is Algorithm {
    return typeof value === "string" && ALGORITHMS.includes(value);
}

export function isDigest(value: unknown): value is string {
    return typeof value === "string" && DIGEST.test(value);
}

/**
 * Return the seals of one document from the log's answer on a prefix.
 *
 * The answer covers every document whose digest begins with the prefix; which of them is ours is decided here.
 *
 * @throws BadAnswer
 */
export function readAnswer(body: unknown, asked: Digest): Answer {
    const answer = object(body);
    if (answer.alg !== asked.alg) throw new BadAnswer("alg");
    const asOf = object(answer.as_of);
    const ours = list(answer.documents).map(object).filter((one) => matching(one, asked.digest));
    return {
        origin: text(answer.origin),
        asOf: { size: count(asOf.size), time: time(asOf.time) },
        seals: ours.flatMap((one) => list(one.seals)).map(readSeal),
    };
}

function matching(document: Record<string, unknown>, digest: string): boolean {
    if (!isDigest(document.digest)) throw new BadAnswer("digest");
    return document.digest === digest;
}

function readSeal(value: unknown): Seal {
    const seal = object(value);
    const status = text(seal.status);
    if (!STATUSES.includes(status)) throw new BadAnswer("status");
    return {
        index: count(seal.index),
        issuer: text(seal.issuer),
        key: text(seal.key),
        issuedAt: time(seal.issued_at),
        loggedAt: time(seal.logged_at),
        status: status as Status,
        ...optional("docType", seal.doc_type, text),
        ...optional("validUntil", seal.valid_until, time),
        ...optional("supersededBy", seal.superseded_by, readDigest),
        ...optional("revoked", seal.revoked, readRevocation),
    };
}

function readDigest(value: unknown): Digest {
    const { alg, digest } = object(value);
    if (!isAlgorithm(alg) || !isDigest(digest)) throw new BadAnswer("superseded_by");
    return { alg, digest };
}

function readRevocation(value: unknown): { loggedAt: string; reason: string } {
    const revoked = object(value);
    return { loggedAt: time(revoked.logged_at), reason: revoked.reason == null ? "" : text(revoked.reason) };
}

function optional<K extends string, V>(name: K, value: unknown, read: (value: unknown) => V): { [key in K]?: V } {
    return value === undefined || value === null ? {} : ({ [name]: read(value) } as { [key in K]: V });
}

function object(value: unknown): Record<string, unknown> {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new BadAnswer("object");
    return value as Record<string, unknown>;
}

function list(value: unknown): unknown[] {
    if (!Array.isArray(value)) throw new BadAnswer("list");
    return value;
}

function text(value: unknown): string {
    if (typeof value !== "string") throw new BadAnswer("text");
    return value;
}

function count(value: unknown): number {
    if (!Number.isSafeInteger(value) || (value as number) < 0) throw new BadAnswer("count");
    return value as number;
}

function time(value: unknown): string {
    if (typeof value !== "string" || !TIME.test(value)) throw new BadAnswer("time");
    return value;
}
