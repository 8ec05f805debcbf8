import type { Fleet } from "../schema.ts";
import { adoptables } from "./adoption.ts";
import { hasCloudDesks, tenancyNeeds } from "./needs.ts";
import { placedServices, placeOf } from "./service-regions.ts";

/** Application id of "Azure Virtual Desktop" in every tenant (Azure Virtual Desktop: multifactor authentication). */
const desktopApplication = "9cdead84-a844-4324-93f2-b2e6bb768d07";

/**
 * A tenancy file with every key that this fleet needs, its values empty, and how to find each one. What is left empty
 * is an error of `deskbridge check`. `path` is where the file is to be saved.
 */
export function tenancyTemplate(fleet: Fleet, path: string): string {
  return `${[head(fleet, path), ...sections(fleet)].join("\n\n")}\n`;
}

function head(fleet: Fleet, path: string): string {
  return [
    `# What only the cloud's tenant knows of the fleet "${fleet.name}": the ids behind the fleet file's names, the public`,
    "# ends of the lines, the images. No secret stands here: deskbridge keeps those in the stacks' configuration.",
    `# Save it as ${path}, fill in what is empty, and check it: deskbridge check`,
    "version: 1",
  ].join("\n");
}

function sections(fleet: Fleet): readonly string[] {
  const needs = tenancyNeeds(fleet);
  const by = fleet.access.authentication.azure;
  return [
    ["# az account show --query tenantId --output tsv", 'tenant: ""'],
    [
      "subscriptions:",
      '  # az account list --query "[].{name: name, id: id}" --output table',
      ...needs.subscriptions.needed.map((name) => `  ${name}: ""`),
    ],
    groups(fleet, needs.groups.needed),
    [
      '# The service principal "Azure Virtual Desktop", which starts and stops hosts; its own id, not the application\'s.',
      `# az ad sp list --filter "appId eq '${desktopApplication}'" --query "[0].id" --output tsv`,
      'desktopService: ""',
    ],
    [
      "images:",
      ...needs.images.needed.flatMap((name) => [
        `  ${key(name)}:`,
        "    # az sig image-definition show --resource-group GROUP --gallery-name GALLERY \\",
        "    #   --gallery-image-definition IMAGE --query id --output tsv",
        '    id: ""',
        "    # az sig image-version list --resource-group GROUP --gallery-name GALLERY \\",
        '    #   --gallery-image-definition IMAGE --query "[].name" --output tsv',
        '    version: ""',
        "    # A newer version, while it is rolled to pooled hosts: first canary, then a part such as 0.25, up to 1.",
        '    # next: { version: "1.0.1", reached: canary }',
      ]),
    ],
    lines(fleet),
    ...(by === "certificate" ? [certificates] : []),
    ...(by === "radius" ? [radius] : []),
    ...(fleet.azure?.join === "domain" ? [domain] : []),
    operators,
    desktopRegion(fleet),
    grafanaRegion(fleet),
    [
      "# What exists already, to be taken over instead of made: its key, and its id. It is left as it is, and stays when",
      "# the rest goes. What can be:",
      ...[...Map.groupBy(adoptables(fleet), ({ what }) => what)].map(
        ([what, each]) => `# - ${what}: ${each.map(({ name }) => name).join(", ")}`,
      ),
      "#   hub-network: az network vnet show --resource-group GROUP --name NAME --query id --output tsv",
      '#   zone-files: az network private-dns zone list --query "[].id" --output tsv',
      "adopt: {}",
    ],
  ].map((section) => section.join("\n"));
}

function desktopRegion(fleet: Fleet): readonly string[] {
  const region = fleet.azure?.region ?? "";
  if (placeOf("desktopRegion", undefined, region) !== undefined) {
    return [
      "# The region of the host pools and workspaces themselves, where it is not the fleet's.",
      "# desktopRegion: westeurope",
    ];
  }
  return [
    `# Azure Virtual Desktop keeps host pools and workspaces in some regions only, and ${region} is not among them: the`,
    "# region near it that keeps them, such as westeurope. Hosts, and what is stored on them, stay in the fleet's region.",
    'desktopRegion: ""',
  ];
}

function grafanaRegion(fleet: Fleet): readonly string[] {
  const region = fleet.azure?.region ?? "";
  if (placeOf("grafanaRegion", undefined, region) !== undefined) {
    return ["# The region of Grafana, where it is not the fleet's.", "# grafanaRegion: westeurope"];
  }
  const { advice } = placedServices.grafanaRegion;
  return [
    `# Azure has Managed Grafana in some regions only, and ${region} is not known to be among them. Dashboards, and the`,
    "# names of who signs in, lie in Grafana's region; metrics stay in the fleet's.",
    `# ${advice[0]?.toUpperCase()}${advice.slice(1)}.`,
    'grafanaRegion: ""',
  ];
}

function groups(fleet: Fleet, needed: readonly string[]): readonly string[] {
  const orphans = fleet.bodies
    .filter((body) => hasCloudDesks(body) && body.group === undefined)
    .map((body) => `  # ${body.id} has cloud desks and no group: in the fleet file; give it one, and its id here.`);
  if (needed.length === 0 && orphans.length === 0) return ["groups: {}"];
  const ids = needed.flatMap((name) => [
    `  # az ad group show --group ${shellWord(name)} --query id --output tsv`,
    `  ${key(name)}: ""`,
  ]);
  return ["groups:", ...ids, ...orphans];
}

function lines(fleet: Fleet): readonly string[] {
  const all = fleet.bodies.flatMap((body) =>
    body.sites.flatMap((site) => site.links.map((link) => ({ id: `${body.id}/${site.id}/${link.id}`, link }))),
  );
  if (all.length === 0) return ["lines: {}"];
  return [
    "lines:",
    "  # The public address, or name, of the site's own end of each line: ask the carrier.",
    ...all.map(({ id, link }) => `  ${id}: { address: "" } # ${link.carrier}, ${link.mbps} Mb/s`),
  ];
}

const certificates = [
  "certificates:",
  "  roots:",
  "    # openssl x509 -in root.pem -outform der | base64 -w0",
  '    - { name: "", certificate: "" }',
  "  # openssl x509 -in person.pem -noout -fingerprint -sha1, without the colons",
  "  revoked: [] # - { name: ada, thumbprint: 40 hexadecimal digits }",
];

const radius = [
  "radius:",
  "  # One or two servers that the gateway reaches inside; their secret: DESKBRIDGE_RADIUS_SECRET, for deskbridge up.",
  '  servers: [""]',
];

const domain = [
  "domain:",
  '  name: "" # of the Active Directory domain, such as ad.example.org',
  '  user: "" # who may join hosts, such as joiner@ad.example.org; password: DESKBRIDGE_DOMAIN_PASSWORD',
  '  controllers: [""] # their addresses',
  "  # ou: OU=Desks,DC=ad,DC=example,DC=org",
  "  # guid: (Get-ADDomain).ObjectGUID, with which profiles' shares know the domain's people",
];

const operators = [
  "# Who runs the service: they, and nobody else, see the watch's pages.",
  "operators:",
  "  # az ad group show --group GROUP --query id --output tsv",
  '  group: ""',
  "  # ssh-keygen -t ed25519: Azure makes no Linux machine without one.",
  '  sshKey: ""',
  "  # Public addresses, such as this machine's as the Internet sees it, from which deskbridge up tells the watch what",
  "  # is there. Without one, run deskbridge publish from inside the network.",
  "  addresses: []",
];

/** A name as a YAML key. */
function key(name: string): string {
  return /^[A-Za-z][\w.-]*$/.test(name) ? name : JSON.stringify(name);
}

function shellWord(name: string): string {
  return /^[\w.@/-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
}
