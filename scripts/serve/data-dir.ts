import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** The folder that keeps what a start leaves for the next one. */
export type DataDir = {
  path: string;
  /** Text of a private file, or null. */
  read: (name: string) => Promise<string | null>;
  /** Writes a file that only this user may read; whole or not at all. */
  write: (name: string, text: string) => Promise<void>;
};

/** Opens the data directory, making it when missing. */
export async function openDataDir(path: string): Promise<DataDir> {
  const folder = resolve(path);
  await mkdir(folder, { recursive: true });
  return {
    path: folder,
    read: async (name) => {
      try {
        return await readFile(join(folder, name), "utf8");
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
        throw error;
      }
    },
    write: async (name, text) => {
      const draft = join(folder, `${name}.${randomBytes(4).toString("hex")}`);
      await writeFile(draft, text, { mode: 0o600 });
      // The mode of a new file is cut by the umask, never widened; an old one keeps its own.
      await chmod(draft, 0o600);
      await rename(draft, join(folder, name));
    },
  };
}

/** The secret that signs sessions and quotes of this data directory: made once, kept for every later start. */
export async function keptSecret(dataDir: DataDir): Promise<string> {
  const kept = (await dataDir.read("secret"))?.trim();
  if (kept) return kept;
  const secret = randomBytes(32).toString("base64url");
  await dataDir.write("secret", `${secret}\n`);
  return secret;
}
