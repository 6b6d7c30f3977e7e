/** Where files come in: dropped anywhere on the page, or chosen with the button, by mouse or keyboard. */

import { byId } from "./dom";

/** What came in. */
export interface Dropped {
    files: File[];
    /** Names of folders, whose files are not read. */
    folders: string[];
}

/** Call `took` with the files that come in. */
export function takeFiles(took: (dropped: Dropped) => void): void {
    const input = byId<HTMLInputElement>("files");
    byId("choose").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
        took({ files: [...(input.files ?? [])], folders: [] });
        input.value = ""; // the same file can be chosen again
    });
    takeDrops(byId("drop"), took);
}

function takeDrops(zone: HTMLElement, took: (dropped: Dropped) => void): void {
    let inside = 0; // entering a child of the page comes before leaving its parent
    const show = (change: number) => {
        inside = Math.max(0, inside + change);
        zone.classList.toggle("over", inside > 0);
    };
    addEventListener("dragenter", () => show(1));
    addEventListener("dragleave", () => show(-1));
    addEventListener("dragover", (event) => event.preventDefault());
    addEventListener("drop", (event) => {
        event.preventDefault();
        show(-inside);
        if (event.dataTransfer) took(sorted(event.dataTransfer));
    });
}

function sorted(transfer: DataTransfer): Dropped {
    const entries = [...transfer.items].filter(({ kind }) => kind === "file").map((item) => item.webkitGetAsEntry());
    const isFolder = (at: number) => entries[at]?.isDirectory === true;
    const files = [...transfer.files];
    return {
        files: files.filter((_, at) => !isFolder(at)),
        folders: files.filter((_, at) => isFolder(at)).map(({ name }) => name),
    };
}
