/** The page's language: its sentences, numbers, sizes and times as that language writes them. */

import { documentType, revocationReason } from "./codes";
import { type Key, type Language, LANGUAGES, TEXTS } from "./texts";

const UNITS = { en: ["B", "kB", "MB", "GB", "TB"], fr: ["o", "ko", "Mo", "Go", "To"] };
const LOCALES = { en: "en-GB", fr: "fr-FR" };

/** Return the language to open in: the address's `?lang=`, else the browser's first that the page has, else English. */
export function chooseLanguage(search: string, preferred: readonly string[]): Language {
    const asked = new URLSearchParams(search).get("lang");
    const wanted = [asked ?? "", ...preferred].map((tag) => tag.toLowerCase().split("-")[0]);
    return wanted.find(isLanguage) ?? "en";
}

function isLanguage(value: unknown): value is Language {
    return LANGUAGES.some((language) => language === value);
}

/** Says things in one language. */
export class Words {
    constructor(readonly language: Language) {}

    /** The other language. */
    get other(): Language {
        return this.language === "en" ? "fr" : "en";
    }

    /** Return a sentence, its placeholders filled. */
    say(key: Key, params: Record<string, string | number> = {}): string {
        const text = this.#typeset(TEXTS[key][this.#column]);
        return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
    }

    number(value: number, decimals = 0): string {
        const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
        return new Intl.NumberFormat(LOCALES[this.language], digits).format(value);
    }

    /** Write a size in bytes with the unit that suits it: `1.5 MB`, `1,5 Mo`. */
    size(bytes: number): string {
        const power = Math.min(4, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
        return `${this.number(bytes / 1000 ** power, power ? 1 : 0)}\u00a0${UNITS[this.language][power]}`;
    }

    /** Write a time of the log, which is in UTC, and say so. */
    time(iso: string): string {
        const style = { dateStyle: "long", timeStyle: "short", timeZone: "UTC" } as const;
        return `${new Intl.DateTimeFormat(LOCALES[this.language], style).format(new Date(iso))}\u00a0UTC`;
    }

    documentType(code: string): string {
        return documentType(code, this.#column);
    }

    revocationReason(code: string): string {
        return revocationReason(code, this.#column);
    }

    get #column(): 0 | 1 {
        return this.language === "en" ? 0 : 1;
    }

    /** French sets a space that does not break before : ; ! ? and inside quotation marks. */
    #typeset(text: string): string {
        return this.language === "fr" ? text.replace(/ ([:;!?»])/g, "\u00a0$1").replace(/« /g, "«\u00a0") : text;
    }
}
