/**
 * A receipt inside the PDF that it is about, as `passavant seal --attach` writes it: the sealed bytes, then one update.
 *
 * The update's form is checked here, byte by byte but for the catalog and the trailer: to know that these two change
 * nothing, the whole PDF must be parsed, as `passavant verify` does. So what is found is the sealed original, and never
 * what a viewer shows of the file.
 */

import { BadReceipt, LARGEST_RECEIPT, readReceipt, type Receipt } from "./receipt";
import type { Document } from "./stream";

/** Where the sealed original ends, and the receipt behind it. */
export interface Attached {
    end: number;
    receipt: Receipt;
}

/** No update is looked for further from the end of a file, in bytes. */
export const LONGEST_UPDATE = 1024 * 1024;
/** No larger PDF takes a receipt, in bytes. */
const LARGEST_PDF = 512 * 1024 * 1024;

const MARK = "\n%Passavant-receipt ";
const LINE = /^\n%Passavant-receipt 1 ([1-9][0-9]{0,9}) ([1-9][0-9]{0,9})\n/;
const STREAM = "\nstream\n";
/** The catalog, then the head of the embedded file. */
const BEFORE = /^\d+ \d+ obj\n<< [^\n]* >>\nendobj\n\d+ 0 obj\n<< \/Type \/EmbeddedFile \/Subtype \/text#2Fplain \/Params << \/Size (\d+) >> \/Length (\d+) >>$/;
/** The rest of the embedded file, its specification, and a cross-reference of either kind. */
const AFTER =
    /^\nendstream\nendobj\n\d+ 0 obj\n<< \/Type \/Filespec [^\n]* >>\nendobj\n(?:xref\n(?:\d+ 1\n\d{10} \d{5} n \n){3}trailer\n<< [^\n]* >>|\d+ 0 obj\n<< [^\n]* >>\nstream\n[^]{32}\nendstream\nendobj)\nstartxref\n\d+\n%%EOF\n$/;

/** Return the receipt attached to a file; undefined when there is none, "changed" when the PDF was changed behind it. */
export async function findAttached(file: Document): Promise<Attached | "changed" | undefined> {
    if (file.size > LARGEST_PDF + LONGEST_UPDATE || latin(await bytesOf(file, 0, 5)) !== "%PDF-") return undefined;
    const from = Math.max(0, file.size - LONGEST_UPDATE);
    const tail = await bytesOf(file, from, file.size);
    const at = latin(tail).lastIndexOf(MARK);
    return at < 0 ? undefined : readUpdate(tail.subarray(at), from + at);
}

function readUpdate(update: Uint8Array, end: number): Attached | "changed" {
    const text = latin(update);
    const [line = "", length, size] = LINE.exec(text) ?? [];
    const begin = text.indexOf(STREAM, line.length) + STREAM.length;
    const close = begin + Number(size);
    const sizes = BEFORE.exec(text.slice(line.length, begin - STREAM.length)) ?? [];
    const formed = Number(length) === end && sizes[1] === size && sizes[2] === size && AFTER.test(text.slice(close));
    if (!formed || close - begin > LARGEST_RECEIPT) return "changed";
    try {
        return { end, receipt: readReceipt(new TextDecoder("utf-8", { fatal: true }).decode(update.slice(begin, close))) };
    } catch (error) {
        if (error instanceof BadReceipt || error instanceof TypeError) return "changed"; // no receipt, or no UTF-8
        throw error;
    }
}

async function bytesOf(file: Document, from: number, to: number): Promise<Uint8Array> {
    return new Uint8Array(await file.slice(from, to).arrayBuffer());
}

/** Return bytes as a text with one character for each. */
function latin(bytes: Uint8Array): string {
    return new TextDecoder("latin1").decode(bytes);
}
