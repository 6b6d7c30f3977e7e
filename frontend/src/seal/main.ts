/** The page: puts the parts together. */

import { Card } from "./card";
import { Check, type Surroundings } from "./check";
import { byId } from "./dom";
import { type Dropped, takeFiles } from "./drop";
import { type Link, readFragment } from "./fragment";
import { FileHasher } from "./hasher";
import { pair } from "./pairing";
import { RECEIPT_ENDING } from "./receipt";
import type { Key, Language } from "./texts";
import { startWorker } from "./start_worker";
import { chooseLanguage, Words } from "./words";

let words = new Words(chooseLanguage(location.search, navigator.languages));
let link: Link | "damaged" | undefined;
let cards: Card[] = [];

const around: Surroundings = {
    hasher: new FileHasher(startWorker()),
    language: () => words.language,
    link: () => (link === "damaged" ? undefined : link),
};

/** Tell those who listen instead of looking. */
function announce(text: string): void {
    byId("live").textContent = text;
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
    for (const name of folders) show(new Check(around, name)).fail({ key: "problem_folder" });
    for (const { name, size } of alone) {
        const params = { name: name.slice(0, -RECEIPT_ENDING.length) };
        show(new Check(around, name, size)).fail({ key: "problem_receipt_alone", params });
    }
    for (const { file, receipt } of documents) void show(new Check(around, file.name, file.size)).file(file, receipt);
    const n = documents.length;
    if (n) announce(words.say(n === 1 ? "started_one" : "started", { n }));
}

function clear(): void {
    for (const { check } of cards) check.cancel();
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
