/** A digest with a button that copies it. */

import { button, element } from "./dom";
import type { Words } from "./words";

const SHOWN_MS = 2000;

/** Return a digest and its button; `what` names it to those who do not see it. */
export function copyable(text: string, what: string, words: Words): HTMLElement {
    const code = element("code", {}, text);
    const copy = button(words.say("copy"), { class: "small", "aria-label": words.say("copy_what", { what }) }, () => {
        void write(text, code).then(() => {
            copy.textContent = words.say("copied");
            setTimeout(() => (copy.textContent = words.say("copy")), SHOWN_MS);
        });
    });
    return element("div", { class: "copyable" }, code, copy);
}

/** Browsers give the clipboard to HTTPS pages only; elsewhere the text is selected, ready for the keyboard. */
async function write(text: string, code: HTMLElement): Promise<void> {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    getSelection()?.selectAllChildren(code);
    document.execCommand("copy");
}
