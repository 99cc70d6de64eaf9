import { readFileSync } from "node:fs";
import solc from "solc";
import { z } from "zod";

/** Compiles the local chain's token with the compiler from npm: no download, no cache. Gives its runtime code. */
export function compileToken(): `0x${string}` {
  const content = readFileSync(new URL("./token.sol", import.meta.url), "utf8");
  const input = {
    language: "Solidity",
    sources: { "token.sol": { content } },
    settings: {
      optimizer: { enabled: true },
      outputSelection: { "*": { "*": ["evm.deployedBytecode.object"] } },
    },
  };
  const output = Output.parse(JSON.parse(solc.compile(JSON.stringify(input))));
  const [error] = output.errors.filter(({ severity }) => severity === "error");
  if (error !== undefined) throw new Error(`token.sol does not compile: ${error.formattedMessage}`);
  const code = output.contracts?.["token.sol"]?.LocalDollar?.evm.deployedBytecode.object;
  if (code === undefined) throw new Error("token.sol has no contract LocalDollar");
  return `0x${code}`;
}

const Contract = z.object({ evm: z.object({ deployedBytecode: z.object({ object: z.string() }) }) });
const Output = z.object({
  errors: z.array(z.object({ severity: z.string(), formattedMessage: z.string() })).default([]),
  contracts: z.record(z.string(), z.record(z.string(), Contract)).optional(),
});
