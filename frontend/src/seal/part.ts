/** Two digests in one pass: that of a whole file, and that of its first bytes. */

import type { Hasher } from "./stream";

/** What is needed of a hash function whose state can be kept (hash-wasm's `IHasher` has it). */
export interface Keeping extends Hasher {
    save(): Uint8Array;
    load(state: Uint8Array): unknown;
}

/** Hashes a whole file, and keeps the state it had after the first `end` bytes. */
export class PartHasher implements Hasher {
    #done = 0;
    #kept: Uint8Array | undefined;

    constructor(
        private readonly hasher: Keeping,
        private readonly end: number,
    ) {}

    init(): void {
        this.#done = 0;
        this.#kept = undefined;
        this.hasher.init();
    }

    update(data: Uint8Array): void {
        const left = this.end - this.#done;
        this.#done += data.length;
        if (left < 0 || left > data.length || this.#kept) return void this.hasher.update(data);
        this.hasher.update(data.subarray(0, left));
        this.#kept = this.hasher.save();
        this.hasher.update(data.subarray(left));
    }

    digest(form: "hex"): string {
        return this.hasher.digest(form);
    }

    /** Return the digest of the first bytes; ask for that of the whole before. */
    part(form: "hex"): string {
        if (!this.#kept) throw new RangeError("the file is shorter than its part");
        this.hasher.load(this.#kept);
        return this.hasher.digest(form);
    }
}
