/** What page and worker say to each other. A file is handed over by reference: its bytes are read in the worker only. */

/** To the worker: hash a file (and salt its digest), or stop doing so. */
export type Order = { type: "hash"; id: number; file: File; salt?: Uint8Array } | { type: "cancel"; id: number };

/** Why a file has no digest. */
export type Failure = "cancelled" | "changed" | "unreadable" | "unsupported";

/** The digests of a file, in hexadecimal. */
export interface Digests {
    sha256: string;
    salted?: string;
}

/** From the worker. */
export type Report =
    | { type: "progress"; id: number; done: number }
    | ({ type: "done"; id: number } & Digests)
    | { type: "failed"; id: number; failure: Failure };
