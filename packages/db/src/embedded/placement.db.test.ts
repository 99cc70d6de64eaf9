import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { canUse, copyBinaries, installedBinaries } from "./binaries.ts";
import { startEmbedded } from "./start-embedded.ts";

let parent: string;
let closed: string;
let outside: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "ratebook-placement-"));
  await chmod(parent, 0o755);
  closed = join(parent, "closed");
  outside = join(parent, "outside");
  await mkdir(closed, { mode: 0o700 });
});
afterEach(() => rm(parent, { recursive: true }));

const said: string[] = [];
const start = (dataDir: string) =>
  startEmbedded({ dataDir, outside, durable: false, log: (sentence) => said.push(sentence) });

if (process.getuid?.() === 0) {
  test("started as root below a folder closed to others, the data goes outside, and a sentence says so", async () => {
    const dataDir = join(closed, "data");
    const first = await start(dataDir);
    expect(first.dataPath).toMatch(`${outside}/data-`);
    expect((await stat(first.dataPath)).uid).toBe(65534);
    expect((await readdir(dataDir)).sort()).toEqual(["database.json", "location", "port", "start.lock"]);
    expect(said.join()).toMatch(`database's files are in ${outside}`);
    await first.stop();
    await rename(dataDir, join(closed, "moved"));
    const moved = await start(join(closed, "moved"));
    expect(moved.dataPath).toBe(first.dataPath);
    await moved.stop();
  });

  test("a copy of a data directory whose data is outside cannot run beside the original", async () => {
    const first = await start(join(closed, "data"));
    try {
      await cp(join(closed, "data"), join(closed, "copy"), { recursive: true });
      await expect(start(join(closed, "copy"))).rejects.toMatchObject({ kind: "in_use" });
    } finally {
      await first.stop();
    }
  });

  test("a data directory deleted to start afresh does not find its old data outside", async () => {
    const first = await start(join(closed, "data"));
    await first.stop();
    await rm(join(closed, "data"), { recursive: true });
    const second = await start(join(closed, "data"));
    expect(second.dataPath).not.toBe(first.dataPath);
    await second.stop();
  });

  test("data outside that is gone is refused, not replaced by an empty database", async () => {
    const first = await start(join(closed, "data"));
    await first.stop();
    await rm(outside, { recursive: true });
    await expect(start(join(closed, "data"))).rejects.toMatchObject({ kind: "data_missing" });
  });

  test("binaries the server's user cannot reach are copied to where it can", async () => {
    const nobody = { uid: 65534, gid: 65534 };
    const installed = await installedBinaries();
    await cp(installed.folder, join(closed, "native"), { recursive: true, verbatimSymlinks: true });
    await chmod(join(closed, "native", "bin", "postgres"), 0o700);
    const unreachable = {
      ...installed,
      folder: join(closed, "native"),
      postgres: join(closed, "native/bin/postgres"),
    };
    expect(await canUse(unreachable, nobody)).toBe(false);
    await mkdir(outside);
    const copied = await copyBinaries(unreachable, outside);
    expect(await canUse(copied, nobody)).toBe(true);
    expect(await copyBinaries(unreachable, outside)).toEqual(copied);
  });

  test("when nowhere is open to the server's user the start is refused in one sentence", async () => {
    const nowhere = startEmbedded({
      dataDir: join(closed, "data"),
      outside: join(closed, "outside"),
      durable: false,
    });
    await expect(nowhere).rejects.toMatchObject({ kind: "no_place" });
  });
} else {
  test("started as an ordinary user the data stays in the data directory", async () => {
    const server = await start(join(closed, "data"));
    expect(server.dataPath).toBe(join(closed, "data", "postgres"));
    await server.stop();
  });
}
