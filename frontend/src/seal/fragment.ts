/**
 * Links from QR codes: `#alg=sha-256&digest=…` names a document, `#alg=hmac-sha-256&salt=…` carries its salt.
 *
 * What follows `#` stays in the browser: neither digest nor salt reaches the server with the page's address.
 */

import { fromBase64Url } from "./bytes";
import { type Algorithm, isAlgorithm, isDigest } from "./seals";
import { SALT_SIZE } from "./salted";

/** What a link says; at least one of digest and salt. */
export interface Link {
    alg: Algorithm;
    digest?: string;
    salt?: Uint8Array;
}

/** Read a page's fragment: undefined when it says nothing of a seal, "damaged" when it tries to. */
export function readFragment(fragment: string): Link | "damaged" | undefined {
    const said = new URLSearchParams(fragment.replace(/^#/, ""));
    if (!said.has("alg") && !said.has("digest") && !said.has("salt")) return undefined;
    const alg = said.get("alg");
    const digest = said.get("digest")?.toLowerCase();
    const salt = said.has("salt") ? fromBase64Url(said.get("salt") ?? "") : undefined;
    const faults = [
        !isAlgorithm(alg),
        digest !== undefined && !isDigest(digest),
        said.has("salt") && (salt?.length !== SALT_SIZE || alg !== "hmac-sha-256"),
        digest === undefined && salt === undefined,
    ];
    if (faults.includes(true)) return "damaged";
    return { alg: alg as Algorithm, ...(digest && { digest }), ...(salt && { salt }) };
}

/** Return the fragment that names a document. */
export function fragmentOf({ alg, digest }: { alg: Algorithm; digest: string }): string {
    return `#alg=${alg}&digest=${digest}`;
}
