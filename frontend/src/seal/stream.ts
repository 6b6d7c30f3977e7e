/**
 * A file's digest, read piece by piece: memory stays the same whatever the size of the file.
 *
 * While one piece is hashed the next is already being read, so that neither waits long for the other.
 */

/** What was read was not one unchanged file. */
export class FileChanged extends Error {}

/** The user asked to stop. */
export class Cancelled extends Error {}

/** Bytes read at a time. */
export const PIECE = 4 * 1024 * 1024;

/** What is needed of a hash function (hash-wasm's `IHasher` has it). */
export interface Hasher {
    init(): unknown;
    update(data: Uint8Array): unknown;
    digest(form: "hex"): string;
}

/** What is needed of a file. */
export type Document = Pick<File, "size" | "lastModified" | "slice">;

/** What happens on the way: `progress` is told the bytes done, `cancelled` is asked after each piece. */
export interface Watch {
    progress?(done: number): void;
    cancelled?(): boolean;
}

/**
 * Return the digest of a file in hexadecimal.
 *
 * @throws Cancelled when the watch says so
 * @throws FileChanged when size, date or number of bytes read are no longer those of the start
 */
export async function digestOf(file: Document, hasher: Hasher, watch: Watch = {}, piece = PIECE): Promise<string> {
    const { size, lastModified } = file;
    const read = (from: number) => file.slice(from, Math.min(from + piece, size)).arrayBuffer();
    hasher.init();
    let next = read(0);
    for (let done = 0; done < size; ) {
        const bytes = new Uint8Array(await next);
        if (bytes.length !== Math.min(piece, size - done)) throw new FileChanged();
        done += bytes.length;
        next = read(done);
        next.catch(() => undefined); // awaited in the next round; after a cancel nobody asks
        hasher.update(bytes);
        watch.progress?.(done);
        if (watch.cancelled?.()) throw new Cancelled();
    }
    await next; // an empty piece at the end: a file that has vanished fails here
    if (file.size !== size || file.lastModified !== lastModified) throw new FileChanged();
    return hasher.digest("hex");
}
