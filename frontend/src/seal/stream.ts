/**
 * A file's digest, read piece by piece: memory stays the same whatever the size of the file.
 *
 * The file is read as a stream into one buffer that is used again and again: the browser reads on while a piece is
 * hashed, and nothing is left to collect. A browser whose streams cannot do that reads slices, one ahead.
 *
 * An open stream does not notice that its file is being changed; a new read does. So the file is opened anew at times,
 * and once more at the end.
 */

/** What was read was not one unchanged file. */
export class FileChanged extends Error {}

/** The user asked to stop. */
export class Cancelled extends Error {}

/** Bytes between two signs of progress, and most bytes held at a time. */
export const PIECE = 4 * 1024 * 1024;

/** Pieces after which the file is opened anew. */
const PIECES_UNCHECKED = 32;

/** What is needed of a hash function (hash-wasm's `IHasher` has it). */
export interface Hasher {
    init(): unknown;
    update(data: Uint8Array): unknown;
    digest(form: "hex"): string;
}

/** What is needed of a file. */
export type Document = Pick<File, "size" | "lastModified" | "slice" | "stream">;

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
    let done = 0;
    let told = 0;
    let pieces = 0;
    hasher.init();
    for await (const bytes of piecesOf(file, piece)) {
        hasher.update(bytes);
        done += bytes.length;
        if (done - told < piece && done < size) continue;
        watch.progress?.((told = done));
        await turn(); // lets an order to stop come in
        if (++pieces % PIECES_UNCHECKED === 0) await file.slice(0, 1).arrayBuffer();
        if (watch.cancelled?.()) throw new Cancelled();
    }
    await file.slice(0, 1).arrayBuffer(); // fails when the file is no longer the one that was chosen
    if (done !== size || file.size !== size || file.lastModified !== lastModified) throw new FileChanged();
    return hasher.digest("hex");
}

/** Yield a file's bytes in order. A piece is only valid until the next is asked for. */
export function piecesOf(file: Document, piece: number): AsyncGenerator<Uint8Array> {
    try {
        return streamed(file.stream().getReader({ mode: "byob" }), piece);
    } catch {
        return sliced(file, piece);
    }
}

async function* streamed(reader: ReadableStreamBYOBReader, piece: number): AsyncGenerator<Uint8Array> {
    let buffer = new ArrayBuffer(piece);
    try {
        for (;;) {
            const { value, done } = await reader.read(new Uint8Array(buffer));
            if (done) return;
            yield value;
            buffer = value.buffer;
        }
    } finally {
        reader.cancel().catch(() => undefined); // after an error there is nothing left to cancel
    }
}

/** Exported for its test: browsers that stream never come here. */
export async function* sliced(file: Document, piece: number): AsyncGenerator<Uint8Array> {
    const { size } = file;
    const read = (from: number) => file.slice(from, from + piece).arrayBuffer();
    let next = read(0);
    for (let from = 0; from < size; from += piece) {
        const bytes = new Uint8Array(await next);
        next = read(from + piece); // the last is empty
        next.catch(() => undefined); // awaited in the next round; after a cancel nobody asks
        yield bytes;
    }
}

/** Wait for one turn of the event loop. */
function turn(): Promise<void> {
    return new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
            port1.close();
            resolve();
        };
        port2.postMessage(undefined);
    });
}
