/** A seal as a list of labelled lines. */

import { type Child, element } from "./dom";
import { copyable } from "./copy";
import { fragmentOf } from "./fragment";
import type { Digest, Seal } from "./seals";
import type { Words } from "./words";

/** Return a labelled list; lines without a value are left out. */
export function lines(...pairs: [label: string, value: Child][]): HTMLDListElement {
    const shown = pairs.filter(([, value]) => value);
    return element("dl", {}, ...shown.map(([label, value]) =>
        element("div", {}, element("dt", {}, label), element("dd", {}, value)),
    ));
}

/** Return what a seal says. */
export function sealLines(seal: Seal, words: Words): HTMLDListElement {
    const { revoked, supersededBy } = seal;
    const when = (iso: string) => element("time", { datetime: iso }, words.time(iso));
    return lines(
        [words.say("issuer"), seal.issuer],
        [words.say("revoked_at"), revoked && when(revoked.loggedAt)],
        [words.say("reason"), revoked && (words.revocationReason(revoked.reason) || words.say("no_reason"))],
        [words.say("superseded_by"), supersededBy && newer(supersededBy, words)],
        [words.say("doc_type"), seal.docType && words.documentType(seal.docType)],
        [words.say(seal.status === "expired" ? "ended" : "valid_until"), seal.validUntil && when(seal.validUntil)],
        [words.say("issued_at"), when(seal.issuedAt)],
        [words.say("logged_at"), when(seal.loggedAt)],
        [words.say("entry"), words.number(seal.index)],
    );
}

function newer(digest: Digest, words: Words): HTMLElement {
    const link = element("a", { href: fragmentOf(digest) }, words.say("show_newer"));
    return element("div", {}, copyable(digest.digest, words.say("superseded_by"), words), link);
}
