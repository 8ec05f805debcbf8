/**
 * The first step of `npm start`, `npm test` and `npm run setup`. Plain JavaScript for any Node from 18 on, because it
 * runs before the pinned Node 24 is there.
 *
 *   node scripts/bootstrap.mjs        installs the npm packages where they differ from package-lock.json
 *   node scripts/bootstrap.mjs link   only makes `npx deskbridge` work (npm runs it after every install)
 *   node scripts/bootstrap.mjs lab    also sets the machine up for the lab (scripts/setup.ts, under Node 24)
 */
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");

/** Whether every package of the lock file is installed as it says; npm leaves the list of what it installed. */
function installed() {
  const list = join(modules, ".package-lock.json");
  if (!existsSync(list)) return false;
  const have = JSON.parse(readFileSync(list, "utf8")).packages;
  const want = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  return Object.entries(want).every(([path, { version, optional }]) => {
    if (path === "") return true;
    if (!existsSync(join(root, path))) return optional === true;
    return have[path]?.version === version;
  });
}

/** Runs a program with its output shown; ends us with its exit code where it fails. */
function run(program, args, env = process.env) {
  const { status, signal, error } = spawnSync(program, args, { cwd: root, stdio: "inherit", env });
  if (status === 0) return;
  if (error) console.error(`${program} did not start: ${error.message}`);
  if (signal) console.error(`${program} was ended by ${signal}`);
  process.exit(status ?? 1);
}

function installPackages() {
  console.error("set-up: installs the npm packages of package-lock.json (about 770 MB, Node 24 among them)");
  // The Node that runs npm itself: ours, under node_modules, goes away while npm works.
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  if (npm && node && !node.startsWith(modules)) run(node, [npm, ...args]);
  else run(process.platform === "win32" ? "npm.cmd" : "npm", args);
}

/** npm links the commands of dependencies, not the project's own. */
function link() {
  if (process.platform === "win32") return;
  const path = join(modules, ".bin", "deskbridge");
  const target = "../../scripts/deskbridge.ts";
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there?.isSymbolicLink() && readlinkSync(path) === target) return;
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  symlinkSync(target, path);
}

const step = process.argv[2];
if (step !== undefined && step !== "lab" && step !== "link") {
  console.error(`unknown argument "${step}"; choose one of: lab, link`);
  process.exit(2);
}
if (step !== "link" && !installed()) installPackages();
link();
// Ctrl-C reaches set-up too, which cleans up after itself; we wait for it.
process.on("SIGINT", () => {});
if (step === "lab") run(join(modules, ".bin", "node"), [join(root, "scripts", "setup.ts")]);
