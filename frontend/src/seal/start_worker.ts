/** Starts the worker. */

/** Name of the worker's script, beside this one; the build fills it in. */
declare const WORKER_NAME: string;

interface Policies {
    createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

/**
 * Start the worker that hashes files.
 *
 * Where the browser knows Trusted Types, the page's policy refuses every other way to run a script or to read HTML.
 */
export function startWorker(): Worker {
    const address = new URL(WORKER_NAME, import.meta.url).href;
    const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
    const policy = policies?.createPolicy("seal-worker", { createScriptURL: () => address });
    return new Worker(policy?.createScriptURL(address) ?? address);
}
