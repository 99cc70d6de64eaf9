import type { Page } from "playwright-core";
import { seriousViolations, settled } from "./visit.ts";

/**
 * What is wrong with a page in light and dark, wide and narrow: what axe finds serious, and whether it scrolls sideways.
 * With `RATEBOOK_SHOTS` set to a folder it leaves a picture of each there.
 */
export async function look(page: Page, name: string): Promise<string[]> {
  const problems: string[] = [];
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await settled(page);
      problems.push(...(await seriousViolations(page)));
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (sideways > 0) problems.push(`${name} scrolls ${sideways} px sideways at ${width}`);
      const folder = process.env.RATEBOOK_SHOTS;
      if (folder) await page.screenshot({ path: `${folder}/${name}-${scheme}-${width}.png`, fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.setViewportSize({ width: 1280, height: 900 });
  return problems;
}
