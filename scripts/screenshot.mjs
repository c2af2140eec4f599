// Takes the pictures of the demo, for the README and the front page. After make build samples:
//   node scripts/screenshot.mjs
import fs from "node:fs";
import path from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { chromium } from "playwright-core";
import { serve } from "./serve.mjs";

const root = path.resolve(import.meta.dirname, "..");
const [width, height] = [1200, 640];

const firstLook = async (page) => {
  await page.waitForFunction(() => / s\.$/.test(document.getElementById("status").textContent));
  await page.click("#ioc-grid .cell:has-text('http://198.51.100.23')");
  await page.waitForSelector("#row-grid mark");
};

// What is opened for each picture, what is done before it is taken, and the colours.
const PICTURES = {
  "screenshot.png": ["#sample=process-events.csv", firstLook],
  "screenshot-dark.png": ["#sample=process-events.csv", firstLook, "dark"],
  "charts.png": ["gallery.html#processTree", async (page) => {
    await page.waitForSelector("#processTree huntbook-chart");
    await page.evaluate(() => document.getElementById("processTree").scrollIntoView());
    // Charts above it may still come, and move it.
    await page.waitForTimeout(2000);
    await page.evaluate(() => document.getElementById("processTree").scrollIntoView());
    await page.hover("#processTree .stage", { position: { x: 300, y: 75 } });
  }],
};

async function take(browser, [address, act, colorScheme = "light"]) {
  const site = await serve(path.join(root, "www"), { mounts: { "/pkg": path.join(root, "pkg") } });
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.goto(`${site.url}/${address}`);
  await act(page);
  const png = await page.screenshot();
  site.close();
  return png;
}

/** The picture's bytes, four for each pixel. */
async function pixels(browser, png) {
  const page = await browser.newPage();
  const text = await page.evaluate(async (png) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    const bytes = context.getImageData(0, 0, image.width, image.height).data;
    let text = "";
    for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
    return btoa(text);
  }, png.toString("base64"));
  return Buffer.from(text, "base64");
}

/** A PNG of 256 colours (RFC 2083), a third of the browser's size: the most frequent that differ, and for others the nearest of them. */
function indexed(bytes) {
  const counts = new Map();
  for (let i = 0; i < bytes.length; i += 4) counts.set(bytes.readUIntBE(i, 3), (counts.get(bytes.readUIntBE(i, 3)) ?? 0) + 1);
  const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const distance = (a, b) => parts(a).reduce((sum, part, i) => sum + (part - parts(b)[i]) ** 2, 0);
  const palette = [];
  for (const [colour] of [...counts].sort((a, b) => b[1] - a[1])) {
    // Shades of what there is already must not take the place of a colour that is rare.
    if (palette.length < 256 && palette.every((other) => distance(colour, other) > 60)) palette.push(colour);
  }
  const nearest = new Map();
  for (const colour of counts.keys()) nearest.set(colour, palette.reduce((best, other, i) => (distance(colour, other) < distance(colour, palette[best]) ? i : best), 0));
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = nearest.get(bytes.readUIntBE((y * width + x) * 4, 3));
  }
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 3, 0, 0, 0]);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("PLTE", Buffer.from(palette.flatMap(parts))), chunk("IDAT", deflateSync(lines, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

const browser = await chromium.launch({
  executablePath: process.env.HUNTBOOK_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-lcd-text"],
});
for (const [name, how] of Object.entries(PICTURES)) {
  const png = indexed(await pixels(browser, await take(browser, how)));
  fs.writeFileSync(path.join(root, "docs", name), png);
  console.log(`docs/${name}: ${(png.length / 1e3).toFixed(0)} kB`);
}
await browser.close();
