/** Which of the dropped files are documents, and which are the receipts that belong to them. */

import { RECEIPT_ENDING } from "./receipt";

/** Documents with their receipts, and receipts whose document was not dropped with them. */
export interface Paired<F> {
    documents: { file: F; receipt?: F }[];
    alone: F[];
}

/** Pair files by name: `FILE.tlog-proof` is the receipt of `FILE`. Order is kept. */
export function pair<F extends { name: string }>(files: readonly F[]): Paired<F> {
    const receipts = new Map(files.filter(isReceipt).map((file) => [file.name, file]));
    const documents = files.filter((file) => !isReceipt(file)).map((file) => {
        const receipt = receipts.get(file.name + RECEIPT_ENDING);
        return receipt ? { file, receipt } : { file };
    });
    const taken = new Set(documents.map(({ receipt }) => receipt));
    return { documents, alone: files.filter((file) => isReceipt(file) && !taken.has(file)) };
}

function isReceipt(file: { name: string }): boolean {
    return file.name.endsWith(RECEIPT_ENDING);
}
