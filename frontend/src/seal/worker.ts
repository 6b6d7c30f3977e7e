/** The worker: hashes one file after the other, away from the page, so that the page stays quick. */

import { digestsOf } from "./digests";
import { Line } from "./line";
import type { Failure, Order, Report } from "./messages";
import { Cancelled, FileChanged } from "./stream";

type Job = Extract<Order, { type: "hash" }>;

const line = new Line();

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

async function hash({ id, file, salt }: Job, cancelled: () => boolean): Promise<void> {
    try {
        const progress = (done: number) => tell({ type: "progress", id, done });
        tell({ type: "done", id, digests: await digestsOf(file, salt, { progress, cancelled }) });
    } catch (error) {
        tell({ type: "failed", id, failure: failureOf(error) });
    }
}

self.addEventListener("message", ({ data }: MessageEvent<Order>) => {
    if (data.type === "hash") line.add(data.id, (cancelled) => hash(data, cancelled));
    else if (line.stop(data.id)) tell({ type: "failed", id: data.id, failure: "cancelled" });
});
