/** The limit that the page is measured against: hash-wasm in a worker, over bytes that are in memory already. */

import { createSHA256 } from "hash-wasm";

self.addEventListener("message", async ({ data: size }: MessageEvent<number>) => {
    const bytes = new Uint8Array(size).map((_, index) => index * 31);
    const hasher = await createSHA256();
    const started = performance.now();
    hasher.init().update(bytes).digest("hex");
    self.postMessage(performance.now() - started);
});
