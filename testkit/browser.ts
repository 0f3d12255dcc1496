/**
 * A headless browser.
 */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { installPackages } from "../toolchain/apt.ts";

const program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Starts a browser; installs Debian's Chromium where there is none and we may. */
export async function startBrowser(): Promise<Browser> {
  if (!program.some(existsSync)) await installPackages(["chromium"], "testing the web UI");
  const executablePath = program.find(existsSync);
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
