import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Step } from "./steps.ts";

/** The passphrase that encrypts Pulumi's secrets and the authority's keys; made once, readable by its owner only. */
export function passphraseStep(file: string): Step {
  return {
    name: "passphrase",
    why: `encrypts the stacks' secrets and the authority's keys (${file})`,
    found: () => existsSync(file),
    install: async () => {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      // Written whole under another name first, and never over one that a second set-up has just made.
      const draft = `${file}.${process.pid}`;
      writeFileSync(draft, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
      try {
        linkSync(draft, file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      } finally {
        rmSync(draft);
      }
    },
    remedy: "make the folder writable",
  };
}
