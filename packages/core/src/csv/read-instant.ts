/**
 * Reads an instant as exports and databases print it: `2026-11-22`, `2026-11-22T10:00:00.5+02:00`,
 * `2026-11-22 10:00:00 UTC`. Midnight where it names no time, UTC where it names no zone.
 *
 * @returns null for anything else, and for days and times that do not exist
 */
export function readInstant(text: string): Date | null {
  const [, day, time = "00:00", zone = ""] = INSTANT.exec(text) ?? [];
  if (day === undefined) return null;
  // A date that does not exist, like 30 February, rolls over.
  const midnight = new Date(`${day}T00:00Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return null;
  const [, hours, minutes = "00"] = /^([+-]\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return new Date(`${day}T${time}${hours === undefined ? "Z" : `${hours}:${minutes}`}`);
}

const TIME = String.raw`(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?`;
// No zone is further than 14 hours from UTC.
const ZONE = String.raw`Z|UTC|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?`;
const INSTANT = new RegExp(String.raw`^(\d{4}-\d\d-\d\d)(?:[T ](${TIME}) ?(${ZONE})?)?$`);
