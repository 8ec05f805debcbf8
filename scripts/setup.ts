#!/usr/bin/env node
import { labSettings, passphraseFile } from "../stacks/lab/settings.ts";
import { note } from "./cli.ts";
import { engineSteps } from "./setup/engine.ts";
import { livekitStep } from "./setup/livekit.ts";
import { machineSteps } from "./setup/machine.ts";
import { packageStep } from "./setup/packages.ts";
import { passphraseStep } from "./setup/passphrase.ts";
import { perform, SetupError } from "./setup/steps.ts";

/** Sets the machine up for the lab. Prints what it installs and why; does nothing where all is there. */
const steps = [
  ...machineSteps,
  await packageStep(),
  ...engineSteps(process.env),
  livekitStep(process.env),
  passphraseStep(passphraseFile(labSettings(process.env))),
];

try {
  const done = await perform(steps, (line) => note(`set-up: ${line}`));
  if (done > 0) note("set-up: done; everything works offline from here");
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  note(error.message);
  process.exitCode = 1;
}
