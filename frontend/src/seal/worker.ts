/** The worker: hashes one file after the other, away from the page, so that the page stays quick. */

import { createSHA256 } from "hash-wasm";
import type { Failure, Order, Report } from "./messages";
import { salted } from "./salted";
import { Cancelled, digestOf, FileChanged } from "./stream";

type Job = Extract<Order, { type: "hash" }>;

const cancelled = new Set<number>();
let line: Promise<void> = Promise.resolve();

function tell(report: Report): void {
    self.postMessage(report);
}

function failureOf(error: unknown): Failure {
    if (error instanceof Cancelled) return "cancelled";
    if (error instanceof FileChanged) return "changed";
    // A file that was changed or moved after it was chosen can no longer be read, says the File API.
    if (error instanceof DOMException) return error.name === "NotFoundError" ? "changed" : "unreadable";
    return "unsupported";
}

async function hash({ id, file, salt }: Job): Promise<void> {
    try {
        const watch = {
            progress: (done: number) => tell({ type: "progress", id, done }),
            cancelled: () => cancelled.has(id),
        };
        if (watch.cancelled()) throw new Cancelled();
        const sha256 = await digestOf(file, await createSHA256(), watch);
        tell({ type: "done", id, sha256, ...(salt && { salted: await salted(sha256, salt) }) });
    } catch (error) {
        tell({ type: "failed", id, failure: failureOf(error) });
    } finally {
        cancelled.delete(id);
    }
}

self.addEventListener("message", ({ data }: MessageEvent<Order>) => {
    if (data.type === "cancel") cancelled.add(data.id);
    else line = line.then(() => hash(data));
});
