/**
 * Salted digests, for documents that could be guessed: HMAC-SHA-256(key = salt, message = SHA-256(document)).
 *
 * Computed with hash-wasm and not WebCrypto, which browsers withhold from pages that are not served over HTTPS.
 */

import { createHMAC, createSHA256 } from "hash-wasm";
import { fromHex } from "./bytes";

/** Bytes of a salt. */
export const SALT_SIZE = 32;

/** Return the salted digest of a document in hexadecimal, from its SHA-256 in hexadecimal and its salt. */
export async function salted(sha256: string, salt: Uint8Array): Promise<string> {
    const message = fromHex(sha256);
    if (message?.length !== 32) throw new RangeError("not a SHA-256 digest");
    if (salt.length !== SALT_SIZE) throw new RangeError("not a salt");
    const hmac = await createHMAC(createSHA256(), salt);
    return hmac.init().update(message).digest("hex");
}
