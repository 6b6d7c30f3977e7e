/** The page's side of the worker: one call a file, with progress and a way to stop. */

import type { Digests, Failure, Order, Report } from "./messages";

/** A file that has no digest, and why. */
export class NotHashed extends Error {
    constructor(readonly failure: Failure) {
        super(failure);
    }
}

/** A file being hashed. */
export interface Hashing {
    digests: Promise<Digests>;
    cancel(): void;
}

interface Waiting {
    progress(done: number): void;
    resolve(digests: Digests): void;
    reject(error: NotHashed): void;
}

/** Hashes files in one worker, in the order they are given. */
export class FileHasher {
    readonly #waiting = new Map<number, Waiting>();
    #last = 0;
    #broken = false;

    constructor(private readonly worker: Worker) {
        worker.addEventListener("message", ({ data }: MessageEvent<Report>) => this.#heard(data));
        worker.addEventListener("error", () => this.#failAll());
    }

    /** Begin to hash a file; `progress` is told how many bytes are done. */
    hash(file: File, salt: Uint8Array | undefined, progress: (done: number) => void): Hashing {
        const id = ++this.#last;
        const digests = new Promise<Digests>((resolve, reject) => {
            if (this.#broken) return reject(new NotHashed("unsupported"));
            this.#waiting.set(id, { progress, resolve, reject });
        });
        this.#order({ type: "hash", id, file, ...(salt && { salt }) });
        const cancel = () => {
            if (this.#waiting.has(id)) this.#order({ type: "cancel", id });
        };
        return { digests, cancel };
    }

    #order(order: Order): void {
        this.worker.postMessage(order);
    }

    #heard(report: Report): void {
        const waiting = this.#waiting.get(report.id);
        if (report.type === "progress") return waiting?.progress(report.done);
        this.#waiting.delete(report.id);
        if (report.type === "failed") return waiting?.reject(new NotHashed(report.failure));
        waiting?.resolve(report.digests);
    }

    /** The worker itself did not start: the browser is too old, or something blocked it. */
    #failAll(): void {
        this.#broken = true;
        for (const waiting of this.#waiting.values()) waiting.reject(new NotHashed("unsupported"));
        this.#waiting.clear();
    }
}
