/**
 * A headless browser.
 */
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { defined } from "../platform/defined.ts";
import { installPackages } from "../offline/apt.ts";

const program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/**
 * Starts a browser; installs Debian's Chromium where there is none and we may.
 *
 * @param more Arguments of Chromium on top.
 */
export async function startBrowser(...more: readonly string[]): Promise<Browser> {
  if (!program.some(existsSync)) await installPackages(["chromium"], "testing the web UI");
  const executablePath = program.find(existsSync);
  return chromium.launch({
    ...defined({ executablePath }),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  });
}

/** What goes wrong in a page from now on: answers that are errors, requests without an answer, exceptions of its scripts. */
export function troubleIn(page: Page): readonly string[] {
  const trouble: string[] = [];
  page.on("response", (response) => {
    if (response.status() >= 400) trouble.push(`${response.status()} ${response.url()}`);
  });
  page.on("requestfailed", (request) => {
    trouble.push(`${request.failure()?.errorText ?? "failed"} ${request.url()}`);
  });
  page.on("pageerror", (error) => trouble.push(error.message));
  return trouble;
}
