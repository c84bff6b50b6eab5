// Walks the core path in a real Firefox over WebDriver BiDi and prints one JSON line of what it saw.
//   node firefox.mjs FIREFOX PAGE_WITH_THE_WIDGET SCREENSHOT
import puppeteer from "puppeteer-core";

const [firefox, address, screenshot] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: "firefox", executablePath: firefox, headless: true, extraPrefsFirefox: { "intl.accept_languages": "zh-CN, zh" } });
const seen = { version: await browser.version(), complaints: [] };
try {
  const page = await browser.newPage();
  page.on("pageerror", (problem) => seen.complaints.push(String(problem)));
  page.on("console", (said) => { if (said.type() === "error") seen.complaints.push(said.text()); });
  page.setDefaultTimeout(30_000);
  await page.setViewport({ width: 1100, height: 820 });
  await page.goto(address);
  const find = (selector, on = page) => on.waitForFunction(`document.querySelector("support-chat")?.shadowRoot.querySelector(${JSON.stringify(selector)})`).then((found) => found.asElement());
  const inside = (run, ...given) => page.evaluate(`(${run})(document.querySelector("support-chat").shadowRoot, ...${JSON.stringify(given)})`);
  const until = (run, ...given) => page.waitForFunction(`(${run})(document.querySelector("support-chat").shadowRoot, ...${JSON.stringify(given)})`);
  const replied = (text) => until(`(root, text) => [...root.querySelectorAll(".message.bot .bubble")].some((e) => e.textContent.includes(text))`, text);
  const say = async (text) => {
    await (await find("#text")).focus();
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
    await until(`(root) => !root.querySelector("#text").value`);
  };

  await (await find("#launcher")).click();
  await find(".message.bot");
  seen.focus = await inside(`(root) => root.activeElement?.id`);
  await say("充值没到账");
  await replied("从哪里转过来的");
  await inside(`(root) => [...root.querySelectorAll(".replies button:enabled")].find((b) => b.textContent === "链上转账").click()`);
  await replied("好的，是链上转账");
  seen.pressed = await inside(`(root) => root.querySelectorAll('.replies button[aria-pressed="true"]').length`);
  await page.screenshot({ path: screenshot });
  await say("steps");
  await replied("先看两个最常见的原因");
  seen.steps = await inside(`(root) => root.querySelectorAll(".bubble ol > li").length`);
  await (await find("#menu")).click();
  await (await find("[data-language='en']")).click();
  await until(`(root) => root.querySelector(".trust").textContent.includes("never ask")`);
  await replied("echo payload: /change_language");

  await page.reload();
  await (await find("#launcher")).click();
  await replied("好的，是链上转账");
  seen.mine = await inside(`(root) => [...root.querySelectorAll(".message.user .bubble")].map((e) => e.textContent)`);
  seen.language = await inside(`(root) => root.querySelector(".root").lang`);

  const second = await browser.newPage();
  await second.goto(address);
  await (await find("#launcher", second)).click();
  await second.waitForFunction(`document.querySelector("support-chat").shadowRoot.querySelectorAll(".message.user").length >= 4`);
  await page.bringToFront();
  await say("from the first tab");
  await second.waitForFunction(`document.querySelector("support-chat").shadowRoot.querySelector(".log").textContent.includes("echo text: from the first tab")`);
  seen.tabs = true;
  await page.keyboard.press("Escape");
  seen.closed = await inside(`(root) => !root.querySelector(".panel").open`);
} catch (problem) {
  seen.problem = String(problem?.stack ?? problem);
} finally {
  console.log(JSON.stringify(seen));
  await browser.close();
}
