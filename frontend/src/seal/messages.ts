/** What page and worker say to each other. A file is handed over by reference: its bytes are read in the worker only. */

/** To the worker: hash a file (and salt its digest), or stop doing so. */
export type Order = { type: "hash"; id: number; file: File; salt?: Uint8Array } | { type: "cancel"; id: number };

/** Why a file has no digest. */
export type Failure = "cancelled" | "changed" | "unreadable" | "unsupported";

/** The digests of some bytes, in hexadecimal; the salted one if there is a salt. */
export interface Pair {
    sha256: string;
    salted?: string;
}

/** The digests of a file. */
export interface Digests extends Pair {
    /** Those of the sealed original in a PDF with an attached receipt; "changed" when it is not as it was attached. */
    inside?: Pair | "changed";
}

/** From the worker. */
export type Report =
    | { type: "progress"; id: number; done: number }
    | { type: "done"; id: number; digests: Digests }
    | { type: "failed"; id: number; failure: Failure };
