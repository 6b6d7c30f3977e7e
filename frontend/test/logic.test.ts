/** What the page knows without a browser: digests, salts, receipts, links, pairs and the log's answers. */

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import { createSHA256 } from "hash-wasm";
import { findAttached } from "../src/seal/attached";
import { fromBase64, fromBase64Url, fromHex, toHex } from "../src/seal/bytes";
import { digestsOf } from "../src/seal/digests";
import { fragmentOf, readFragment } from "../src/seal/fragment";
import { Line } from "../src/seal/line";
import { lookUp, lookupAddress, Refused, Unreachable } from "../src/seal/lookup";
import { pair } from "../src/seal/pairing";
import { PartHasher } from "../src/seal/part";
import { BadReceipt, readReceipt } from "../src/seal/receipt";
import { salted } from "../src/seal/salted";
import { BadAnswer, type Digest, readAnswer } from "../src/seal/seals";
import { Cancelled, digestOf, FileChanged, sliced } from "../src/seal/stream";
import { TEXTS } from "../src/seal/texts";
import { chooseLanguage, Words } from "../src/seal/words";

const DIGEST = createHash("sha256").update("a document").digest("hex");
const SALT = Uint8Array.from({ length: 32 }, (_, index) => 255 - index);
const ASKED: Digest = { alg: "sha-256", digest: DIGEST };

// Bytes and salts

test("bytes and their texts are each other's inverse, and only the canonical text is read", () => {
    assert.equal("00ff10", toHex(Uint8Array.of(0, 255, 16)));
    assert.deepEqual(Uint8Array.of(0, 255, 16), fromHex("00ff10"));
    assert.deepEqual(SALT, fromBase64(Buffer.from(SALT).toString("base64")));
    assert.deepEqual(SALT, fromBase64Url(Buffer.from(SALT).toString("base64url")));
    for (const wrong of ["A", "AB==", "AA=", "A A=", "é", "AA==\n"]) assert.equal(undefined, fromBase64(wrong), wrong);
    for (const wrong of ["0", "0G", "0A"]) assert.equal(undefined, fromHex(wrong), wrong);
    assert.equal(undefined, fromBase64Url("ab=="));
});

test("a salted digest is the HMAC of the digest under the salt", async () => {
    const expected = createHmac("sha256", SALT).update(Buffer.from(DIGEST, "hex")).digest("hex");

    assert.equal(expected, await salted(DIGEST, SALT));
    await assert.rejects(salted(DIGEST, SALT.subarray(1)), RangeError);
});

// Files

test("a file of any length has the digest that others compute", async () => {
    const hasher = await createSHA256();
    for (const size of [0, 1, 63, 64, 65, 999, 1000, 1001, 5000]) {
        const bytes = Buffer.alloc(size, "content");

        assert.equal(createHash("sha256").update(bytes).digest("hex"), await digestOf(fileOf(bytes), hasher, {}, 1000));
    }
});

test("a browser whose streams cannot fill a buffer reads the same bytes in slices", async () => {
    const bytes = Buffer.from(Array.from({ length: 2500 }, (_, index) => index % 251));
    const read: number[] = [];
    for await (const piece of sliced(fileOf(bytes), 1000)) read.push(...piece);

    assert.deepEqual([...bytes], read);
    const old = { ...fileOf(bytes), stream: () => new ReadableStream() as ReturnType<Blob["stream"]> };
    assert.equal(createHash("sha256").update(bytes).digest("hex"), await digestOf(old, await createSHA256(), {}, 1000));
});

test("progress grows to the size of the file", async () => {
    const seen: number[] = [];
    await digestOf(fileOf(Buffer.alloc(2500)), await createSHA256(), { progress: (done) => seen.push(done) }, 1000);

    assert.deepEqual([1000, 2000, 2500], seen);
});

test("a cancelled file has no digest", async () => {
    const hashing = digestOf(fileOf(Buffer.alloc(2500)), await createSHA256(), { cancelled: () => true }, 1000);

    await assert.rejects(hashing, Cancelled);
});

for (const change of [{ size: 2501 }, { lastModified: 2 }]) {
    test(`a file whose ${Object.keys(change)[0]} changes on the way has no digest`, async () => {
        const file = fileOf(Buffer.alloc(2500));
        const hashing = digestOf(file, await createSHA256(), { progress: () => Object.assign(file, change) }, 1000);

        await assert.rejects(hashing, FileChanged);
    });
}

test("a file that can no longer be opened at the end has no digest, though its stream went on", async () => {
    const file = { ...fileOf(Buffer.alloc(2500)), slice: () => unreadable() };

    await assert.rejects(digestOf(file, await createSHA256(), {}, 1000), { name: "NotReadableError" });
});

function unreadable(): Blob {
    const refuse = () => Promise.reject(new DOMException("changed", "NotReadableError"));
    return Object.assign(new Blob(), { arrayBuffer: refuse });
}

test("a file that is shorter than it said has no digest", async () => {
    const hashing = digestOf({ ...fileOf(Buffer.alloc(900)), size: 2500 }, await createSHA256(), {}, 1000);

    await assert.rejects(hashing, FileChanged);
});

function fileOf(bytes: Uint8Array<ArrayBuffer>) {
    const blob = new Blob([bytes]);
    return { size: blob.size, lastModified: 1, slice: blob.slice.bind(blob), stream: blob.stream.bind(blob) };
}

test("the first bytes have their own digest from the same reading, wherever they end", async () => {
    const bytes = Buffer.from(Array.from({ length: 2500 }, (_, index) => index % 251));
    for (const end of [1, 63, 64, 999, 1000, 1001, 2000, 2499, 2500]) {
        const hasher = new PartHasher(await createSHA256(), end);

        assert.equal(sha256(bytes), await digestOf(fileOf(bytes), hasher, {}, 1000));
        assert.equal(sha256(bytes.subarray(0, end)), hasher.part("hex"), String(end));
    }
    const short = new PartHasher(await createSHA256(), 2501);
    await digestOf(fileOf(bytes), short, {}, 1000);
    assert.throws(() => short.part("hex"), RangeError);
});

function sha256(bytes: Uint8Array | string): string {
    return createHash("sha256").update(bytes).digest("hex");
}

// PDFs with their receipt inside

function receiptOf(extra: unknown): string {
    const encoded = Buffer.from(JSON.stringify(extra)).toString("base64");
    return `c2sp.org/tlog-proof@v1\nextra ${encoded}\nindex 3\n${Buffer.from(SALT).toString("base64")}\n\norigin\n8\nroot\n\n— sig\n`;
}
const ENTRY = Buffer.from(JSON.stringify({ v: 1, statement: { alg: "hmac-sha-256", digest: DIGEST } })).toString("base64");
const SALT_TEXT = Buffer.from(SALT).toString("base64");

const ORIGINAL = "%PDF-1.7\nthe original\nstartxref\n9\n%%EOF\n";
const ROWS = "4 1\n0000000050 00000 n \n";

function attachedTo(original: string, receipt: string): string {
    const size = Buffer.byteLength(receipt);
    const file = `<< /Type /EmbeddedFile /Subtype /text#2Fplain /Params << /Size ${size} >> /Length ${size} >>`;
    return [
        `${original}\n%Passavant-receipt 1 ${Buffer.byteLength(original)} ${size}\n1 0 obj\n<< /Type /Catalog >>\nendobj\n`,
        `4 0 obj\n${file}\nstream\n${receipt}\nendstream\nendobj\n5 0 obj\n<< /Type /Filespec /F (seal) >>\nendobj\n`,
        `xref\n${ROWS.repeat(3)}trailer\n<< /Size 6 >>\nstartxref\n123\n%%EOF\n`,
    ].join("");
}

test("a receipt attached to a PDF is found, and where the original ends", async () => {
    const found = await findAttached(fileOf(Buffer.from(attachedTo(ORIGINAL, receiptOf({ entry: ENTRY, salt: SALT_TEXT })))));

    assert.deepEqual({ end: ORIGINAL.length, receipt: { document: { alg: "hmac-sha-256", digest: DIGEST }, salt: SALT } }, found);
    for (const none of ["", "%PDF-", ORIGINAL, attachedTo("no PDF", receiptOf({}))]) {
        assert.equal(undefined, await findAttached(fileOf(Buffer.from(none))));
    }
});

const PDF = attachedTo(ORIGINAL, receiptOf({}));
const CHANGED = {
    "something appended": `${PDF}\n`,
    "an update behind": `${PDF}6 0 obj\n<< /Type /Page >>\nendobj\nxref\n${ROWS}trailer\n<< /Size 7 >>\nstartxref\n999\n%%EOF\n`,
    "a mark behind": `${PDF}\n%Passavant-receipt 1 5 5\n`,
    "a mark that is none": `${PDF}\n%Passavant-receipt x`,
    "an original of another length": PDF.replace("the original", "another original"),
    "a receipt of another length": PDF.replace("origin\n", "origin and more\n"),
    "one more object": PDF.replace("4 0 obj", "3 0 obj\n<< /Type /Page >>\nendobj\n4 0 obj"),
    "a catalog of several lines": PDF.replace("/Type /Catalog", "/Type /Catalog\n/Pages 9 0 R"),
    "a fourth row": PDF.replace(ROWS, ROWS + ROWS),
    "another version": PDF.replace("receipt 1 ", "receipt 2 "),
    "no receipt": attachedTo(ORIGINAL, "no receipt"),
    "a receipt that is too long": attachedTo(ORIGINAL, receiptOf({ more: "x".repeat(100_000) })),
};
for (const [what, text] of Object.entries(CHANGED)) {
    test(`a PDF with ${what} was changed after its receipt was attached`, async () => {
        assert.equal("changed", await findAttached(fileOf(Buffer.from(text))));
        assert.equal("changed", (await digestsOf(fileOf(Buffer.from(text)), undefined, {})).inside);
    });
}

test("an attached receipt brings the salt of the original; the file around it has the salt that was given", async () => {
    const document = { alg: "hmac-sha-256", digest: await salted(sha256(ORIGINAL), SALT) };
    const entry = Buffer.from(JSON.stringify({ statement: document })).toString("base64");
    const other = SALT.map((byte) => byte ^ 1);
    const pdf = attachedTo(ORIGINAL, receiptOf({ entry, salt: SALT_TEXT }));
    const digests = await digestsOf(fileOf(Buffer.from(pdf)), other, {});

    assert.deepEqual({ sha256: sha256(ORIGINAL), salted: document.digest }, digests.inside);
    assert.deepEqual([sha256(pdf), await salted(sha256(pdf), other)], [digests.sha256, digests.salted]);
});

test("an original that its attached receipt does not name was changed", async () => {
    const naming = (digest: string) => {
        const entry = Buffer.from(JSON.stringify({ statement: { alg: "sha-256", digest } })).toString("base64");
        return fileOf(Buffer.from(attachedTo(ORIGINAL, receiptOf({ entry }))));
    };

    assert.deepEqual({ sha256: sha256(ORIGINAL) }, (await digestsOf(naming(sha256(ORIGINAL)), undefined, {})).inside);
    assert.equal("changed", (await digestsOf(naming(DIGEST), undefined, {})).inside);
});

// The line of files

test("a job that waits is out of the line at once when it is stopped, and never begins", async () => {
    const line = new Line();
    const begun: number[] = [];
    const [first, end] = gate();
    line.add(1, () => first);
    line.add(2, async () => void begun.push(2));
    const third = new Promise<void>((resolve) => line.add(3, async () => (begun.push(3), resolve())));

    await Promise.resolve();
    assert.equal(true, line.stop(2));
    assert.equal(2, line.length);
    end();
    await third;
    assert.deepEqual([3], begun);
});

test("a job that runs is told that it was stopped, and one that ended is forgotten", async () => {
    const line = new Line();
    const [going, go] = gate();
    const said = new Promise<boolean>((resolve) => {
        line.add(1, async (stopped) => {
            await going;
            resolve(stopped());
        });
    });
    await Promise.resolve();

    assert.equal(false, line.stop(1));
    go();
    assert.equal(true, await said);
    await new Promise<void>((resolve) => line.add(2, async () => resolve()));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(false, line.stop(1));
    assert.equal(0, line.length);
});

function gate(): [opened: Promise<void>, open: () => void] {
    let open = () => {};
    return [new Promise<void>((resolve) => (open = resolve)), () => open()];
}

// The log's answers

const SEAL = {
    index: 7,
    issuer: "customs.gov.example",
    key: "customs.gov.example+00000000+AA",
    issued_at: "2026-11-25T04:07:58Z",
    logged_at: "2026-11-25T04:07:59Z",
    status: "valid",
};
const BODY = {
    origin: "seals.customs.example/log",
    alg: "sha-256",
    prefix: DIGEST.slice(0, 5),
    as_of: { size: 8, time: "2026-11-25T05:00:00Z" },
    documents: [
        { digest: DIGEST.slice(0, 5) + "0".repeat(59), seals: [{ ...SEAL, status: "revoked" }] },
        { digest: DIGEST, seals: [SEAL] },
    ],
};

test("the question holds five digits of the digest, and its address is relative", () => {
    assert.equal(`api/v1/seals?alg=sha-256&prefix=${DIGEST.slice(0, 5)}`, lookupAddress(ASKED));
});

test("of all documents with the same prefix only ours is taken", () => {
    const { seals, asOf } = readAnswer(BODY, ASKED);

    assert.deepEqual(["valid"], seals.map(({ status }) => status));
    assert.equal(8, asOf.size);
    assert.deepEqual([], readAnswer({ ...BODY, documents: [] }, ASKED).seals);
});

const WRONG_ANSWERS: [string, unknown][] = [
    ["no object", []],
    ["nothing", null],
    ["another algorithm", { ...BODY, alg: "hmac-sha-256" }],
    ["no list", { ...BODY, documents: {} }],
    ["a digest that is none", { ...BODY, documents: [{ digest: DIGEST.toUpperCase(), seals: [] }] }],
    ["an unknown status", answering({ ...SEAL, status: "fine" })],
    ["a time that is none", answering({ ...SEAL, logged_at: "yesterday" })],
    ["a place that is none", answering({ ...SEAL, index: -1 })],
    ["an issuer that is no text", answering({ ...SEAL, issuer: {} })],
    ["a successor without digest", answering({ ...SEAL, superseded_by: { alg: "sha-256" } })],
];
for (const [what, body] of WRONG_ANSWERS) {
    test(`an answer with ${what} is refused`, () => {
        assert.throws(() => readAnswer(body, ASKED), BadAnswer);
    });
}

function answering(seal: unknown): unknown {
    return { ...BODY, documents: [{ digest: DIGEST, seals: [seal] }] };
}

test("a log that refuses or is silent is told apart from one that knows nothing", async () => {
    const words = { got: "Too many questions", next_step: "Wait." };
    const refusing = async () => Response.json(words, { status: 429 });
    const silent = async () => Promise.reject(new TypeError("failed"));
    const garbled = async () => new Response("<html>");

    await assert.rejects(lookUp(ASKED, "en", refusing), (error: Refused) => error.got === words.got && error.status === 429);
    await assert.rejects(lookUp(ASKED, "en", async () => new Response("", { status: 502 })), Refused);
    await assert.rejects(lookUp(ASKED, "en", silent), Unreachable);
    await assert.rejects(lookUp(ASKED, "en", garbled), BadAnswer);
});

// Receipts and links

test("a receipt gives its salt and the document it is for", () => {
    const receipt = readReceipt(receiptOf({ entry: ENTRY, salt: SALT_TEXT }));

    assert.deepEqual({ document: { alg: "hmac-sha-256", digest: DIGEST }, salt: SALT }, receipt);
    assert.deepEqual({}, readReceipt("c2sp.org/tlog-proof@v1\nindex 0\n\norigin\n"));
});

const WRONG_RECEIPTS = {
    "another header": receiptOf({}).replace("@v1", "@v2"),
    "no index": receiptOf({}).replace("index 3", "index 03"),
    "no checkpoint": "c2sp.org/tlog-proof@v1\nindex 0\n",
    "an extra that is no base64": "c2sp.org/tlog-proof@v1\nextra !\nindex 0\n\norigin\n",
    "an extra that is no JSON": "c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\n\norigin\n",
    "a short salt": receiptOf({ salt: "AAAA" }),
    "an entry without statement": receiptOf({ entry: Buffer.from("{}").toString("base64") }),
    "a salt that is no text": receiptOf({ salt: 7 }),
};
for (const [what, text] of Object.entries(WRONG_RECEIPTS)) {
    test(`a receipt with ${what} is refused`, () => {
        assert.throws(() => readReceipt(text), BadReceipt);
    });
}

test("receipts find their files by name, whatever the order", () => {
    const [file, receipt, other, alone] = ["a.pdf", "a.pdf.tlog-proof", "b.pdf", "c.pdf.tlog-proof"].map((name) => ({ name }));
    const paired = pair([receipt!, other!, alone!, file!]);

    assert.deepEqual({ documents: [{ file: other }, { file, receipt }], alone: [alone] }, paired);
});

test("a link's fragment names a digest, carries a salt, or both", () => {
    const salt = Buffer.from(SALT).toString("base64url");

    assert.deepEqual(ASKED, readFragment(fragmentOf(ASKED)));
    assert.deepEqual({ alg: "hmac-sha-256", salt: SALT }, readFragment(`#alg=hmac-sha-256&salt=${salt}`));
    assert.deepEqual(
        { alg: "hmac-sha-256", digest: DIGEST, salt: SALT },
        readFragment(`#alg=hmac-sha-256&digest=${DIGEST}&salt=${salt}`),
    );
    assert.equal(undefined, readFragment(""));
    assert.equal(undefined, readFragment("#results"));
});

for (const damaged of ["#alg=sha-256", "#digest=" + DIGEST, "#alg=md5&digest=" + DIGEST, "#alg=sha-256&digest=ab", "#alg=hmac-sha-256&salt=ab", `#alg=sha-256&digest=${DIGEST}&salt=${Buffer.from(SALT).toString("base64url")}`]) {
    test(`the damaged link ${damaged.slice(0, 40)} is called so`, () => {
        assert.equal("damaged", readFragment(damaged));
    });
}

// Words

test("the language asked for comes before the browser's, and English is the last resort", () => {
    assert.equal("fr", chooseLanguage("?lang=fr", ["en-GB"]));
    assert.equal("fr", chooseLanguage("", ["de", "fr-SN", "en"]));
    assert.equal("fr", chooseLanguage("?lang=xx", ["fr"]));
    assert.equal("en", chooseLanguage("", ["de"]));
});

test("every sentence has the same placeholders in both languages", () => {
    const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const [key, [english, french]] of Object.entries(TEXTS)) assert.deepEqual(holes(english), holes(french), key);
});

test("the French terms are those of the command line", () => {
    const french = Object.entries(TEXTS).map(([key, [, text]]) => [key, text] as const);
    const others = french.filter(([, text]) => /\bentrées?\b|\bstatuts?\b|\bvalide jusqu/i.test(text));

    assert.deepEqual([], others);
    assert.match(TEXTS.entry[1], /^Inscription/);
    assert.match(TEXTS.as_of[1], /\{n\} inscriptions/);
    assert.match(TEXTS.show_newer[1], /l'état/);
});

test("numbers, sizes and times are written as the language writes them", () => {
    const [english, french] = [new Words("en"), new Words("fr")];

    assert.equal("1.5\u00a0MB", english.size(1_500_000));
    assert.equal("1,5\u00a0Mo", french.size(1_500_000));
    assert.equal("999\u00a0B", english.size(999));
    assert.match(english.time(SEAL.logged_at), /^25 November 2026.* 04:07\u00a0UTC$/);
    assert.match(french.time(SEAL.logged_at), /^25 novembre 2026.* 04:07\u00a0UTC$/);
    assert.match(french.say("problem_unreachable"), /À faire\u00a0:/);
    assert.equal("x\u00a0: y.", french.say("announced", { name: "x", result: "y" }));
});
