import { connect } from "@ratebook/db";

/**
 * Makes a function that calls back on each notification of a channel, and whenever the connection was lost and made
 * again, because notifications in between are lost. It gives a function that stops it.
 *
 * @param url a direct connection: a pooler in transaction mode drops LISTEN
 */
export function listenFor(
  url: string,
  channel: string,
): (changed: () => void) => Promise<() => Promise<void>> {
  return async (changed) => {
    const { sql, close } = connect({ url, max: 1, applicationName: "ratebook listen" });
    await sql.listen(channel, changed, changed);
    return close;
  };
}
