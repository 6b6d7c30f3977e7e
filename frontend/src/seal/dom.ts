/** Elements made from text. Nothing here reads HTML: what a server or a file says can only ever be shown as text. */

export type Child = Node | string | undefined | false;

/** Return an element with attributes and children; undefined and false children are left out. */
export function element<K extends keyof HTMLElementTagNameMap>(
    tag: K,
    attributes: Record<string, string> = {},
    ...children: Child[]
): HTMLElementTagNameMap[K] {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
    return made;
}

/** Return a button that does something. */
export function button(label: string, attributes: Record<string, string>, pressed: () => void): HTMLButtonElement {
    const made = element("button", { type: "button", ...attributes }, label);
    made.addEventListener("click", pressed);
    return made;
}

/** Return the element of the page with an id. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
    const found = document.getElementById(id);
    if (!found) throw new Error(`no element ${id}`);
    return found as E;
}

/** Return a drawing on a 24 by 24 grid, hidden from screen readers: a word beside it says the same. */
export function icon(path: string): SVGSVGElement {
    const space = "http://www.w3.org/2000/svg";
    const drawing = document.createElementNS(space, "svg");
    const line = document.createElementNS(space, "path");
    line.setAttribute("d", path);
    for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" })) {
        drawing.setAttribute(name, value);
    }
    drawing.append(line);
    return drawing;
}
