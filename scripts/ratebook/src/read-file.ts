import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { CannotDo } from "./sentence.ts";

/**
 * Reads a file named on the command line, relative to where the command was typed.
 *
 * @throws CannotDo naming the file that is not there or cannot be read
 */
export async function readNamedFile(name: string): Promise<Buffer> {
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), name);
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") throw new CannotDo(`There is no file ${path}.`);
    if (code === "EISDIR") throw new CannotDo(`${path} is a folder, not a file.`);
    if (code === "EACCES") throw new CannotDo(`The file ${path} may not be read by this user.`);
    throw error;
  }
}
