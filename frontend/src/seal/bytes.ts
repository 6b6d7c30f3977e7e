/** Bytes written as text: hexadecimal, base64 and base64url, read strictly. */

/** Return bytes as lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Return the bytes of a hexadecimal text; undefined when it is none. */
export function fromHex(text: string): Uint8Array | undefined {
    if (text.length % 2 || !/^[0-9a-f]*$/.test(text)) return undefined;
    return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Return the bytes of a padded base64 text; undefined unless it is written in the one canonical way. */
export function fromBase64(text: string): Uint8Array | undefined {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
    try {
        const binary = atob(text);
        return btoa(binary) === text ? Uint8Array.from(binary, (char) => char.charCodeAt(0)) : undefined;
    } catch {
        return undefined;
    }
}

/** Return the bytes of a base64url text without padding (RFC 4648 §5); undefined when it is none. */
export function fromBase64Url(text: string): Uint8Array | undefined {
    if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
    const padding = "=".repeat((4 - (text.length % 4)) % 4);
    return fromBase64(text.replaceAll("-", "+").replaceAll("_", "/") + padding);
}
