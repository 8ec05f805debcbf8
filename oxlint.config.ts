import { defineConfig, type OxlintOverride } from "oxlint";

/**
 * Lint, with the project's one-way flow: who may import what (docs/design.md). A folder that is not named as allowed
 * is refused, so that a new one must be placed here first.
 */
const places = {
  fleet: ["**/fleet/**"],
  plan: ["**/plan/**"],
  inventory: ["**/inventory.ts"],
  "inventory-file": ["**/inventory-file.ts"],
  metrics: ["**/metrics.ts", "**/metrics/**"],
  report: ["**/report.ts"],
  "seats-report": ["**/seats-report.ts"],
  "sittings-report": ["**/sittings-report.ts"],
  shard: ["**/shard.ts"],
  handshake: ["**/handshake/**"],
  azure: ["**/azure/**"],
  probe: ["**/probe/**"],
  exporter: ["**/exporter/**"],
  reach: ["**/reach/**"],
  rollout: ["**/rollout/**"],
  sitting: ["**/sitting/**"],
  link: ["**/link/**"],
  profiles: ["**/profiles/**"],
  duty: ["**/duty/**"],
  receiver: ["**/receiver/**"],
  dashboards: ["**/dashboards/**"],
  stacks: ["**/stacks/**"],
  scripts: ["**/scripts/**"],
  pulumi: ["pulumi", "@pulumi/**"],
} as const;
type Place = keyof typeof places;

/** The plan's types alone, without what computes it. */
const planTypes = "**/plan/types.ts";
/** How files of ours are read, with the place of every error. */
const documents = ["document", "errors", "read", "yaml"].map((name) => `**/fleet/${name}.ts`);
type Allowed = Place | "plan's types" | "profiles' types" | "fleet's documents";

const reads = ["plan's types", "inventory"] as const;
const mayImport: Readonly<Record<string, readonly Allowed[]>> = {
  "src/fleet": [],
  "src/handshake": [],
  "src/azure": [],
  "src/plan": ["fleet"],
  "src/inventory.ts": ["plan's types"],
  "src/inventory-file.ts": [...reads],
  "src/metrics.ts": [],
  "src/metrics": [],
  "src/shard.ts": ["inventory"],
  "src/report.ts": [...reads, "metrics", "shard"],
  "src/seats-report.ts": [],
  "src/sittings-report.ts": [],
  "src/probe": [...reads, "inventory-file", "metrics", "report", "shard", "handshake"],
  "src/exporter": [
    ...reads,
    "azure",
    "fleet's documents",
    "inventory-file",
    "metrics",
    "report",
    "seats-report",
    "sittings-report",
    "shard",
  ],
  "src/receiver": [],
  "src/stand-in.ts": [],
  "src/reach": [...reads, "handshake", "profiles' types"],
  "src/link": [...reads, "plan", "metrics"],
  "src/rollout": [...reads, "handshake", "seats-report"],
  "src/sitting": ["fleet", ...reads, "sittings-report"],
  "src/profiles": [...reads],
  "src/duty": [...reads],
  dashboards: ["plan's types", "metrics"],
  // "azure" there is its own folder's name too.
  stacks: ["azure", "fleet", "plan", "inventory", "profiles", "dashboards", "pulumi"],
};

/** Patterns as `no-restricted-imports` takes them: a "!" lets through again. */
function refused(where: string, allowed: readonly Allowed[]) {
  const own = where.split("/").at(-1)?.replace(".ts", "");
  const names = (Object.keys(places) as Place[]).filter((place) => place !== own && !allowed.includes(place));
  const message = `${where} may import ${allowed.join(", ") || "nothing of ours"} (docs/design.md)`;
  return names.map((name) => ({
    group: [
      ...places[name],
      ...(name === "plan" && allowed.includes("plan's types") ? [`!${planTypes}`] : []),
      ...(name === "fleet" && allowed.includes("fleet's documents") ? documents.map((file) => `!${file}`) : []),
    ],
    allowTypeImports: name === "profiles" && allowed.includes("profiles' types"),
    message,
  }));
}

export default defineConfig({
  plugins: ["typescript", "import", "unicorn", "promise", "node", "oxc"],
  categories: { correctness: "error", suspicious: "error" },
  options: { typeAware: true },
  ignorePatterns: ["node_modules", ".lab", ".deskbridge"],
  rules: {
    "import/no-cycle": ["error", { ignoreTypes: false }],
    "typescript/no-floating-promises": [
      "error",
      {
        // node:test waits for its tests by itself.
        allowForKnownSafeCalls: [
          { from: "package", package: "node:test", name: ["test", "it", "describe", "suite", "before", "after"] },
        ],
      },
    ],
    "typescript/no-misused-promises": "error",
    "typescript/no-explicit-any": "error",
    "typescript/consistent-type-imports": "error",
    "no-console": "error",
    eqeqeq: "error",
    "max-lines": ["error", { max: 400 }],
    // Each of these asks for longer code without saving us from anything.
    "no-shadow": "off",
    "no-underscore-dangle": "off",
    "unicorn/consistent-function-scoping": "off",
    "unicorn/no-array-sort": "off",
    "unicorn/no-array-reverse": "off",
    "promise/no-callback-in-promise": "off",
    // Of windows in a browser; what threads tell each other has no origin.
    "unicorn/require-post-message-target-origin": "off",
    // What comes from outside is checked by zod, the rest are casts of caught errors and JSON of our own making.
    "typescript/no-unsafe-type-assertion": "off",
  },
  overrides: [
    { files: ["scripts/**/*.mjs"], rules: { "no-console": "off" } },
    // A resource is declared by making it.
    { files: ["stacks/**", "test/**/programs/**"], rules: { "no-new": "off" } },
    { files: ["src/**"], rules: { "node/no-process-env": "error" } },
    ...Object.entries(mayImport).map(([where, allowed]): OxlintOverride => ({
      files: [where.endsWith(".ts") ? where : `${where}/**`],
      rules: { "no-restricted-imports": ["error", { patterns: refused(where, allowed) }] },
    })),
  ],
});
