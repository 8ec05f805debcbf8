/*
 * Where Pulumi enters. Its runner compiles TypeScript that is required with an old compiler and settings of its own;
 * what an ES module imports, Node itself strips of its types.
 */
export { pack } from "./index.ts";
