#!/usr/bin/env node
import { CommanderError } from "commander";
import { buildProgram } from "./program.ts";
import { explain } from "./sentence.ts";

try {
  await buildProgram().parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said it already; help and version end with 0, wrong arguments with 2.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    // One sentence, never a stack: the reader is an operator at a prompt.
    process.stderr.write(`ratebook: ${explain(error)}\n`);
    process.exitCode = 1;
  }
}
