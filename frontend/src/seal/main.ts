/** The page: puts the parts together. */

import { Card } from "./card";
import { Check, type Surroundings } from "./check";
import { byId, element } from "./dom";
import { type Dropped, takeFiles } from "./drop";
import { type Link, readFragment } from "./fragment";
import { FileHasher } from "./hasher";
import { pair } from "./pairing";
import { RECEIPT_ENDING } from "./receipt";
import type { Key, Language } from "./texts";
import { startWorker } from "./start_worker";
import { chooseLanguage, Words } from "./words";

const LINES_KEPT = 20;

let words = new Words(chooseLanguage(location.search, navigator.languages));
let link: Link | "damaged" | undefined;
let cards: Card[] = [];

const around: Surroundings = {
    hasher: new FileHasher(startWorker()),
    language: () => words.language,
    link: () => (link === "damaged" ? undefined : link),
};

/** Tell those who listen instead of looking: one line after the other, so that none is lost among many files. */
function announce(text: string): void {
    const lines = byId("live");
    lines.append(element("p", {}, text));
    if (lines.childElementCount > LINES_KEPT) lines.firstElementChild?.remove();
}

function show(check: Check): Check {
    const card = new Card(check, words, announce);
    cards.unshift(card);
    byId("cards").prepend(card.element);
    byId("results").hidden = false;
    return check;
}

function take({ files, folders }: Dropped): void {
    const { documents, alone } = pair(files);
    const started = documents.map(({ file, receipt }) => {
        const check = new Check(around, file.name, file.size);
        return { check, start: () => void check.file(file, receipt) };
    });
    const refused = [
        ...alone.map(({ name, size }) => {
            const params = { name: name.slice(0, -RECEIPT_ENDING.length) };
            const check = new Check(around, name, size);
            return { check, start: () => check.fail({ key: "problem_receipt_alone", params }) };
        }),
        ...folders.map((name) => {
            const check = new Check(around, name);
            return { check, start: () => check.fail({ key: "problem_folder" }) };
        }),
    ];
    const all = [...started, ...refused];
    for (const { check } of [...all].reverse()) show(check); // the newest drop on top, in its own order
    const n = documents.length;
    if (n) announce(words.say(n === 1 ? "started_one" : "started", { n }));
    for (const { start } of all) start();
}

function clear(): void {
    for (const card of cards) card.discard();
    cards = [];
    byId("cards").replaceChildren();
    byId("results").hidden = true;
    announce(words.say("cleared"));
    byId("choose").focus();
}

/** Read the link's fragment, and show at once what the log says of a digest in it. */
function follow(): void {
    link = readFragment(location.hash);
    notice();
    if (link && link !== "damaged" && link.digest) {
        void show(new Check(around)).digest({ alg: link.alg, digest: link.digest });
    }
}

function notice(): void {
    const key: Key | undefined = link === "damaged" ? "link_damaged" : link?.digest ? "link_drop" : link && "link_salt";
    const shown = byId("notice");
    shown.hidden = key === undefined;
    shown.textContent = key ? words.say(key) : "";
}

/** Write the page in a language. Everything already shown is said again; nothing is lost. */
function speak(language: Language): void {
    words = new Words(language);
    document.documentElement.lang = language;
    document.title = words.say("title");
    for (const place of document.querySelectorAll<HTMLElement>("[data-text]")) {
        place.textContent = words.say(place.dataset.text as Key);
    }
    byId("languages").setAttribute("aria-label", words.say("languages"));
    const other = byId<HTMLAnchorElement>("switch");
    other.lang = other.hreflang = words.other;
    other.href = `?lang=${words.other}`;
    for (const card of cards) card.speak(words);
    notice();
}

byId("switch").addEventListener("click", (event) => {
    event.preventDefault();
    speak(words.other);
    history.replaceState(null, "", `?lang=${words.language}${location.hash}`);
});
byId("clear").addEventListener("click", clear);
addEventListener("hashchange", () => {
    follow();
    byId("cards").querySelector("h3")?.focus();
});
speak(words.language);
takeFiles(take);
follow();
