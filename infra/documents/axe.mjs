// Opens all pages of a folder in headless Chromium, in light and dark, and checks their accessibility with axe:
// `node axe.mjs FOLDER`. A page must have neither errors nor requests.

import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const folder = process.argv[2];
const axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".html")).sort();
if (names.length === 0) throw new Error(`no page in ${folder}`);

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
let faults = 0;
for (const name of names) {
  for (const scheme of ["light", "dark"]) {
    const page = await browser.newPage();
    const said = [];
    page.on("pageerror", (error) => said.push(error.message));
    page.on("console", (message) => message.type() === "error" && said.push(message.text()));
    page.on("request", (request) => request.isNavigationRequest() || said.push(`asks for ${request.url()}`));
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    // The policy of a page forbids scripts: axe is let in from outside.
    await page.setBypassCSP(true);
    await page.goto(pathToFileURL(join(folder, name)).href);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    for (const { id, help, nodes } of violations) said.push(`${id}: ${help} (${nodes.length}): ${nodes[0]?.html}`);
    for (const text of said) console.error(`${name}, ${scheme}: ${text}`);
    faults += said.length;
    await page.close();
  }
}
await browser.close();
console.log(`.html: ${names.length} opened in light and dark, ${faults} faults`);
process.exit(faults === 0 ? 0 : 1);
