/** The files that wait for the worker: one is hashed after the other, and each can be stopped at any time. */

interface Job {
    begun: boolean;
    stopped: boolean;
}

/** A line of jobs. It remembers those that wait or run, and no others. */
export class Line {
    readonly #jobs = new Map<number, Job>();
    #last: Promise<void> = Promise.resolve();

    /** How many jobs wait or run. */
    get length(): number {
        return this.#jobs.size;
    }

    /** Put a job at the end; it begins when those before have ended, and asks now and then whether it was stopped. */
    add(id: number, work: (stopped: () => boolean) => Promise<void>): void {
        const job: Job = { begun: false, stopped: false };
        this.#jobs.set(id, job);
        this.#last = this.#last.then(async () => {
            if (job.stopped) return;
            job.begun = true;
            await work(() => job.stopped).finally(() => this.#jobs.delete(id));
        });
    }

    /** Stop a job. Returns true when it had not begun: it is out of the line, and never will. */
    stop(id: number): boolean {
        const job = this.#jobs.get(id);
        if (!job) return false;
        job.stopped = true;
        return !job.begun && this.#jobs.delete(id);
    }
}
