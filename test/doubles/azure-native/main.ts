import { serve } from "./server.ts";
import { State } from "./state.ts";

const folder = process.env["AZURE_DOUBLE_STATE"];
if (folder === undefined) throw new Error("AZURE_DOUBLE_STATE names no folder");
serve(new State(folder));

/** An engine that was killed sends no farewell: we end with it. */
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit(0);
}, 1000).unref();
