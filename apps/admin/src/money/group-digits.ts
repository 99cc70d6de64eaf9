/** Puts commas between the thousands of plain decimal text; the part after the point stays. */
export function groupDigits(text: string): string {
  const [whole = "", part] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return part === undefined ? grouped : `${grouped}.${part}`;
}
