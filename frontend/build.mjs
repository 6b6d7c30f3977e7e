/**
 * Builds what the browser gets: `node build.mjs page FOLDER` (where seals are checked) and `node build.mjs portal FOLDER`;
 * what Node's test runner gets: `node build.mjs tests FOLDER`; and the bare hash of the benchmark: `node build.mjs bench FOLDER`.
 *
 * Names carry a digest of their content, so that browsers may keep a file for ever; index.html names each with its
 * integrity (SRI), so that a changed file is refused.
 */

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { build } from "esbuild";

const SOURCE = new URL("src/seal/", import.meta.url).pathname;
const PORTAL = new URL("src/portal/", import.meta.url).pathname;
const SHIPPED = ["hash-wasm"]; // packages whose code is in the bundle
const COMMON = { bundle: true, minify: true, target: "es2022", charset: "utf8", legalComments: "none", write: false };

const jobs = { page, portal, tests, bench };
const [job, folder] = process.argv.slice(2);
if (!(job in jobs) || !folder) throw new Error("usage: node build.mjs page|portal|tests|bench FOLDER");
await mkdir(folder, { recursive: true });
await jobs[job](folder);

async function page(folder) {
    for (const old of await readdir(folder)) await rm(join(folder, old), { recursive: true });
    const put = (name, content) => publish(folder, name, content);
    const worker = await put("worker.js", await bundle("worker.ts", { format: "iife" }));
    const define = { WORKER_NAME: JSON.stringify(worker.name) };
    const script = await put("page.js", await bundle("main.ts", { format: "esm", define }));
    const style = await put("style.css", await bundle("style.css"));
    const icon = await put("icon.svg", await readFile(join(SOURCE, "icon.svg")));
    await writeFile(join(folder, "licences.txt"), await licences());
    // Last, as the sign that the rest is there.
    await writeFile(join(folder, "index.html"), fill(await readFile(join(SOURCE, "index.html"), "utf8"), { script, style, icon }));
}

async function portal(folder) {
    for (const old of await readdir(folder)) await rm(join(folder, old), { recursive: true });
    const { compile } = await import("sass");
    const loadPaths = [new URL("node_modules/", import.meta.url).pathname];
    const files = {};
    const put = async (name, content) => {
        const { name: published } = await publish(folder, name, content);
        await writeFile(join(folder, `${published}.gz`), await promisify(gzip)(content, { level: 9 }));
        files[name] = published;
    };
    await put("portal.css", compile(join(PORTAL, "portal.scss"), { style: "compressed", loadPaths, quietDeps: true, charset: false }).css);
    await put("passkeys.js", (await build({ ...COMMON, entryPoints: [join(PORTAL, "passkeys.js")] })).outputFiles[0].contents);
    await put("icon.svg", await readFile(join(PORTAL, "icon.svg")));
    await writeFile(join(folder, "licences.txt"), await readFile(join(PORTAL, "licences.txt"))); // the package brings none
    // Last, as the sign that the rest is there: templates find a file's published name here.
    await writeFile(join(folder, "files.json"), JSON.stringify(files, null, 1));
}

async function bundle(name, options = {}) {
    const made = await build({ ...COMMON, entryPoints: [join(SOURCE, name)], ...options });
    return made.outputFiles[0].contents;
}

async function publish(folder, name, content) {
    const ending = extname(name);
    const digest = createHash("sha256").update(content).digest("hex").slice(0, 12);
    const published = `${name.slice(0, -ending.length)}.${digest}${ending}`;
    await writeFile(join(folder, published), content);
    return { name: published, integrity: `sha384-${createHash("sha384").update(content).digest("base64")}` };
}

function fill(html, files) {
    return html.replace(/\{\{(\w+)(\.integrity)?\}\}/g, (_, file, integrity) => files[file][integrity ? "integrity" : "name"]);
}

async function licences() {
    const texts = SHIPPED.map(async (name) => {
        const home = new URL(`node_modules/${name}/`, import.meta.url);
        const { version } = JSON.parse(await readFile(new URL("package.json", home), "utf8"));
        return `${name} ${version}\n\n${await readFile(new URL("LICENSE", home), "utf8")}`;
    });
    return (await Promise.all(texts)).join("\n\n");
}

async function tests(folder) {
    const home = new URL("test/", import.meta.url).pathname;
    const entryPoints = (await readdir(home)).filter((name) => name.endsWith(".test.ts")).map((name) => join(home, name));
    const outExtension = { ".js": ".mjs" };
    await build({ ...COMMON, minify: false, write: true, platform: "node", format: "esm", entryPoints, outdir: folder, outExtension });
}

async function bench(folder) {
    const made = await build({ ...COMMON, format: "iife", entryPoints: [new URL("bench/bare.ts", import.meta.url).pathname] });
    await writeFile(join(folder, "bare.js"), made.outputFiles[0].contents);
}
