import { expect, test } from "vitest";
import { colorProblem } from "./color-problem.ts";

test.each([
  ["#12715b", null],
  ["#767676", null],
  ["#777777", /4\.5 is needed/],
  ["#ffdd00", /Too light/],
  ["teal", /such as/],
])("%s", (color, problem) => {
  const said = colorProblem(color);
  if (problem === null) expect(said).toBeNull();
  else expect(said).toMatch(problem);
});
