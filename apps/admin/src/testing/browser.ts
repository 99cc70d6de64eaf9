import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import chromiumFromNpm, { inflate } from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

/**
 * Starts a headless browser: the one `CHROME_PATH` names, else a Chrome or Chromium of the system, else the one that
 * comes from npm, with the libraries it needs where the system lacks them.
 */
export async function launchBrowser(): Promise<Browser> {
  const own = process.env.CHROME_PATH ?? ON_THE_SYSTEM.find((path) => existsSync(path));
  if (own !== undefined) return chromium.launch({ executablePath: own, args: FLAGS });
  const executablePath = await chromiumFromNpm.executablePath();
  return chromium.launch({ executablePath, args: FLAGS, env: await libraries() });
}

/** The environment in which the browser from npm finds its libraries and fonts. */
async function libraries(): Promise<Record<string, string>> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const env = { FONTCONFIG_PATH: join(tmpdir(), "fonts"), ...inherited };
  if (LIBRARY_FOLDERS.some((folder) => existsSync(join(folder, "libnss3.so")))) return env;
  const bin = join(import.meta.dirname, "../../node_modules/@sparticuz/chromium/bin");
  await inflate(join(bin, "al2023.tar.br"));
  const path = [join(tmpdir(), "al2023", "lib"), inherited.LD_LIBRARY_PATH].filter(Boolean).join(":");
  return { ...env, LD_LIBRARY_PATH: path };
}

const ON_THE_SYSTEM = [
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const LIBRARY_FOLDERS = ["/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"];

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
