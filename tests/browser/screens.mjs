/** The screens of the playground in the docs: `node screens.mjs ADDRESS CHROMIUM FOLDER`. */
import { join } from "node:path";
import { chromium } from "playwright-core";

const [address, browserPath, folder] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });

async function screen(name, options, act) {
  const context = await browser.newContext({ deviceScaleFactor: 1.5, ...options });
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForFunction(() => performance.getEntriesByName("first answer").length, null, { timeout: 120_000 });
  await page.waitForFunction(() => document.querySelectorAll("#laws option").length > 1, null, { timeout: 60_000 });
  await act(page);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await context.close();
}

const steady = (page, tab) => page.waitForFunction((name) => {
  const place = document.getElementById(`panel-${name}`);
  return place.childElementCount > 0 && !place.querySelector(".stale") && !place.classList.contains("stale");
}, tab, { timeout: 60_000 });

const desk = { viewport: { width: 1280, height: 800 } };
await screen("playground", desk, async () => {});
await screen("playground_dark", { ...desk, colorScheme: "dark" }, async (page) => {
  await page.click("#tab-lessons");
  await page.click("#panel-lessons li:nth-child(4) button");
  await page.waitForFunction(() => document.querySelector(".goals")?.textContent.includes("not yet"), null, { timeout: 60_000 });
  await page.click("#tab-diagram");
  await steady(page, "diagram");
  await page.hover("[data-from]:has-text('conv 16')");
  await page.waitForSelector(".card:not([hidden])");
});
await screen("playground_phone", { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }, async (page) => {
  await page.evaluate(() => scrollTo(0, document.getElementById("params").getBoundingClientRect().top + scrollY - 160));
});
await browser.close();
