import { createReadStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { CannotDo } from "./sentence.ts";

/**
 * Reads a file named on the command line, relative to where the command was typed.
 *
 * @throws CannotDo naming the file that is not there or cannot be read
 */
export const readNamedFile = (name: string): Promise<Buffer> => told(pathOf(name), (path) => readFile(path));

/**
 * The path of a file named on the command line, once it was seen that it can be read.
 *
 * @throws CannotDo naming the file that is not there or cannot be read
 */
export async function findNamedFile(name: string): Promise<string> {
  const path = pathOf(name);
  await told(path, async () => {
    await using handle = await open(path);
    // A folder opens, and only reading it fails.
    await handle.read(Buffer.alloc(1), 0, 1, 0);
  });
  return path;
}

/**
 * Reads the text of a file named on the command line, without a byte order mark.
 *
 * @throws CannotDo naming the file that is not there, cannot be read or is not UTF-8
 */
export async function readNamedText(name: string): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of streamNamedText(name)) pieces.push(piece);
  return pieces.join("");
}

/** The same in pieces cut anywhere, never whole in memory. */
export async function* streamNamedText(name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decoded = (bytes?: Buffer): string => {
    try {
      const text = decoder.decode(bytes, { stream: bytes !== undefined });
      // UTF-16 without a mark decodes as UTF-8 with a NUL beside each letter.
      if (!text.includes("\0")) return text;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    throw new CannotDo(`${name} is not UTF-8 text; save it as UTF-8 and run it again.`);
  };
  for await (const bytes of createReadStream(await findNamedFile(name))) yield decoded(bytes);
  yield decoded();
}

const pathOf = (name: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), name);

async function told<T>(path: string, read: (path: string) => Promise<T>): Promise<T> {
  try {
    return await read(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") throw new CannotDo(`There is no file ${path}.`);
    if (code === "EISDIR") throw new CannotDo(`${path} is a folder, not a file.`);
    if (code === "EACCES") throw new CannotDo(`The file ${path} may not be read by this user.`);
    throw error;
  }
}
