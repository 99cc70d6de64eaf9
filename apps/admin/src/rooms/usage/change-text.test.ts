import { expect, test } from "vitest";
import { changeText } from "./change-text.ts";

test("a change is in whole percent of what was before", () => {
  expect(changeText(112n, 100n)).toBe("+12 % on before");
  expect(changeText(50n, 100n)).toBe("−50 % on before");
  expect(changeText(5n, -10n)).toBe("+150 % on before");
  expect(changeText(1_000_001n, 1_000_000n)).toBe("About as before");
  expect(changeText(7n, 0n)).toBe("Nothing before");
  expect(changeText(0n, 0n)).toBe("As before");
});
