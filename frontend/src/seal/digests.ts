/** The digests of a file under which it may be registered, all from one reading of it. */

import { createSHA256 } from "hash-wasm";
import { findAttached } from "./attached";
import type { Digests, Pair } from "./messages";
import { PartHasher } from "./part";
import type { Receipt } from "./receipt";
import { salted } from "./salted";
import { digestOf, type Document, type Watch } from "./stream";

/**
 * Return the digests of a file, and those of the sealed original if it is a PDF with an attached receipt.
 *
 * @param salt the salt of a receipt beside the file or of a link; an attached receipt's own comes before it
 * @throws what `digestOf` throws
 */
export async function digestsOf(file: Document, salt: Uint8Array | undefined, watch: Watch): Promise<Digests> {
    const attached = await findAttached(file);
    const hasher = await createSHA256();
    if (attached === undefined || attached === "changed") {
        const whole = await pair(await digestOf(file, hasher, watch), salt);
        return attached ? { ...whole, inside: attached } : whole;
    }
    const both = new PartHasher(hasher, attached.end);
    const whole = await pair(await digestOf(file, both, watch), salt);
    const original = await pair(both.part("hex"), attached.receipt.salt ?? salt);
    return { ...whole, inside: isFor(attached.receipt, original) ? original : "changed" };
}

async function pair(sha256: string, salt: Uint8Array | undefined): Promise<Pair> {
    return salt ? { sha256, salted: await salted(sha256, salt) } : { sha256 };
}

/** Return whether a receipt names these bytes; one that names nothing, or whose salt is not known, may. */
function isFor({ document }: Receipt, { sha256, salted }: Pair): boolean {
    const known = document?.alg === "sha-256" ? sha256 : salted;
    return !document || known === undefined || document.digest === known;
}
