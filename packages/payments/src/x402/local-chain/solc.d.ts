/** The compiler's package brings no types; this is the part that is used. */
declare module "solc" {
  const compiler: { compile: (input: string) => string };
  export default compiler;
}
