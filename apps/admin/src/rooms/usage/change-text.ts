/** How much more or less than before, in whole percent: "+12 % than before". */
export function changeText(now: bigint, before: bigint): string {
  if (now === before) return "As before";
  if (before === 0n) return "Nothing before";
  const size = before < 0n ? -before : before;
  const percent = ((now - before) * 100n) / size;
  if (percent === 0n) return "About as before";
  return percent > 0n ? `+${percent} % on before` : `−${-percent} % on before`;
}
