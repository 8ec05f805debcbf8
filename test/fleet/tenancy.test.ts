import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { parse as parseYaml } from "yaml";
import { FleetFileError } from "../../src/fleet/errors.ts";
import type { Fleet } from "../../src/fleet/schema.ts";
import { standIn } from "../../src/fleet/shape.ts";
import { tenancySchema } from "../../src/fleet/tenancy.ts";
import { loadTenancy, parseTenancy, tenancyPath } from "../../src/fleet/tenancy/load.ts";
import type { tenancyRules } from "../../src/fleet/tenancy/rules.ts";
import { tenancyTemplate } from "../../src/fleet/tenancy/template.ts";
import { type Edit, edited, parse, referenceText, smallText, told } from "./fixture.ts";

const tenancyFile = new URL("../testdata/tenancy/small.azure.yaml", import.meta.url);
const tenancyText = readFileSync(tenancyFile, "utf8");
const root = readFileSync(new URL("../testdata/tenancy/root.txt", import.meta.url), "utf8").trim();
const person = readFileSync(new URL("../testdata/tenancy/person.txt", import.meta.url), "utf8").trim();

function fleetOf(edits: readonly Edit[] = [], text = smallText): Fleet {
  const { fleet, errors } = parse(edited(edits, text));
  assert.ok(fleet !== undefined, told(errors).join("\n"));
  return fleet;
}

/** What is told of the fixture after the edits. */
function errorsAfter(edits: readonly Edit[], fleetEdits: readonly Edit[] = []): string[] {
  return told(parseTenancy(edited(edits, tenancyText), "x.azure.yaml", fleetOf(fleetEdits)).errors);
}

const byWay = (way: string): Edit => ["access:\n", `access:\n  authentication: { azure: ${way} }\n`];
const says = (way: string) => `people prove who they are by ${way} (access.authentication.azure of the fleet file)`;
const certificates = (...lines: string[]): Edit => ["lines:\n", ["certificates:", ...lines, "lines:\n"].join("\n")];
const rootLine = (certificate: string) => `    - { name: root, certificate: "${certificate}" }`;
const nextLine = (version: string, reached: string): Edit => [
  '    version: "1.0.0"\n',
  `    version: "1.0.0"\n    next: { version: "${version}", reached: ${reached} }\n`,
];
const adopt = (entry: string): Edit => ["lines:\n", `adopt: { ${entry} }\nlines:\n`];
const network = (subscription: number) =>
  `/subscriptions/00000000-0000-4000-8000-00000000000${subscription}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-old`;

/** In a subscription that is none of the fleet's. */
const zone = (name: string): string => network(9).replace("virtualNetworks/vnet-old", `privateDnsZones/${name}`);

interface BadTenancy {
  readonly edits: readonly Edit[];
  readonly fleet?: readonly Edit[];
  readonly errors: readonly string[];
}

const badFiles: Readonly<Record<keyof typeof tenancyRules, readonly BadTenancy[]>> = {
  sectionsFitTheFleet: [
    {
      edits: [["  main: ", "  mian: "]],
      errors: [
        'x.azure.yaml:5:3 subscriptions.mian: subscription "mian" is not in the fleet file, which has main | did you mean "main"?',
      ],
    },
    {
      edits: [
        ["  sg-provincia-desks: 00000000-0000-4000-8000-000000000004\n", ""],
        ["win11-avd:\n    id", "win10:\n    id"],
      ],
      errors: [
        'x.azure.yaml:6:1 groups.sg-provincia-desks: groups needs the object id of the fleet file\'s group "sg-provincia-desks"',
        'x.azure.yaml:9:1 images.win11-avd: images needs the id of the fleet file\'s image "win11-avd"',
        'x.azure.yaml:10:3 images.win10: image "win10" is not in the fleet file, which has win11-avd',
      ],
    },
    {
      edits: [["  provincia/palazzo/fibre", "  provincia/palazzo/fiber"]],
      errors: [
        'x.azure.yaml:17:3 lines.provincia/palazzo/fiber: line "provincia/palazzo/fiber" is not in the fleet file, which has comune/municipio/fibre, comune/municipio/radio, provincia/palazzo/fibre | did you mean "provincia/palazzo/fibre"?',
      ],
    },
  ],
  cloudDesksHaveAGroup: [
    {
      edits: [["  sg-provincia-desks: 00000000-0000-4000-8000-000000000004\n", ""]],
      fleet: [["    group: sg-provincia-desks\n", ""]],
      errors: [
        'x.azure.yaml:6:1 groups: body "provincia" of the fleet file has cloud desks and no group, so nobody could use them | give it group: in the fleet file, and the group\'s object id here',
      ],
    },
  ],
  subscriptionsDiffer: [
    {
      edits: [["groups:\n", "  second: 00000000-0000-4000-8000-000000000002\ngroups:\n"]],
      fleet: [
        ["[main]", "[main, second]"],
        ["    group: sg-comune-desks\n", "    group: sg-comune-desks\n    subscription: second\n"],
      ],
      errors: [
        'x.azure.yaml:6:11 subscriptions.second: subscription id "00000000-0000-4000-8000-000000000002" is used twice | the first is at x.azure.yaml:5:9',
      ],
    },
  ],
  rollsChangeTheVersion: [
    {
      edits: [nextLine("1.0.0", "canary")],
      errors: [
        'x.azure.yaml:14:22 images.win11-avd.next.version: image "win11-avd" is rolled to 1.0.0, the version that it has | a roll that has reached everything is ended by dropping next:',
      ],
    },
  ],
  authenticationHasItsSection: [
    {
      edits: [],
      fleet: [byWay("certificate")],
      errors: [`x.azure.yaml:2:1 certificates: certificates is missing: ${says("certificate")}`],
    },
    { edits: [], fleet: [byWay("radius")], errors: [`x.azure.yaml:2:1 radius: radius is missing: ${says("radius")}`] },
    {
      edits: [["lines:\n", "radius: { servers: [10.1.2.3] }\nlines:\n"]],
      errors: [`x.azure.yaml:14:1 radius: radius is of no use: ${says("entra")} | drop it`],
    },
  ],
  joinHasItsDomain: [
    {
      edits: [],
      fleet: [["join: entra", "join: domain"]],
      errors: ["x.azure.yaml:2:1 domain: domain is missing: the fleet file's hosts join a domain (azure.join)"],
    },
    {
      edits: [["lines:\n", `domain: { name: ad.example.org, user: joiner, controllers: [10.0.0.4] }\nlines:\n`]],
      errors: [
        "x.azure.yaml:14:1 domain: domain is of no use: the fleet file's hosts join Entra ID (azure.join) | drop it",
      ],
    },
  ],
  watchHasItsOperators: [
    {
      edits: [["operators: {", "# {"]],
      errors: ["x.azure.yaml:2:1 operators: operators is missing: the watch lets them, and nobody else, see its pages"],
    },
  ],
  desktopsHaveARegion: [
    {
      edits: [["desktopRegion: westeurope\n", ""]],
      errors: [
        "x.azure.yaml:2:1 desktopRegion: desktopRegion is missing: Azure Virtual Desktop keeps no host pools in the fleet's region italynorth, though hosts may stand there | name one near it that does, such as westeurope",
      ],
    },
  ],
  grafanaHasARegion: [
    {
      edits: [["grafanaRegion: francecentral\n", ""]],
      errors: [
        "x.azure.yaml:2:1 grafanaRegion: grafanaRegion is missing: Azure is not known to have Managed Grafana in the fleet's region italynorth | name one that has it; in the EU: francecentral, northeurope (over several zones), swedencentral, westeurope",
      ],
    },
  ],
  adoptedIsWhatItSays: [
    {
      edits: [adopt(`hub-netwrok: ${network(2)}`)],
      errors: [
        'x.azure.yaml:14:10 adopt.hub-netwrok: "hub-netwrok" is nothing that can be adopted; what can: hub-network, network-comune, network-provincia, zone-desktops, zone-feed, zone-files, zone-vaults, global-feed | did you mean "hub-network"?',
      ],
    },
    {
      edits: [adopt(`network-comune: ${network(2)}/subnets/desks`)],
      errors: [
        "x.azure.yaml:14:26 adopt.network-comune: network-comune must be a virtual network, …/providers/Microsoft.Network/virtualNetworks/NAME",
      ],
    },
    {
      edits: [adopt(`zone-files: ${zone("privatelink.blob.core.windows.net")}`)],
      errors: [
        "x.azure.yaml:14:22 adopt.zone-files: zone-files must be the zone privatelink.file.core.windows.net, not privatelink.blob.core.windows.net",
      ],
    },
    {
      edits: [adopt(`hub-network: ${network(9)}`)],
      errors: [
        'x.azure.yaml:14:23 adopt.hub-network: hub-network must stand in the subscription "main", 00000000-0000-4000-8000-000000000002',
      ],
    },
  ],
  rootsAreCertificates: [
    {
      edits: [certificates("  roots:", rootLine("AAAA"))],
      fleet: [byWay("certificate")],
      errors: [
        'x.azure.yaml:16:34 certificates.roots[0].certificate: root "root" is not an X.509 certificate | give the root\'s DER as base64 on one line: openssl x509 -in root.pem -outform der | base64 -w0',
      ],
    },
    {
      edits: [certificates("  roots:", rootLine(person))],
      fleet: [byWay("certificate")],
      errors: [
        "x.azure.yaml:16:34 certificates.roots[0].certificate: root \"root\" is no certificate authority's certificate, so nobody's profile is trusted by it | give the root's DER as base64 on one line: openssl x509 -in root.pem -outform der | base64 -w0",
      ],
    },
  ],
  certificatesAreUnique: [
    {
      edits: [
        certificates(
          "  roots:",
          rootLine(root),
          rootLine(root),
          "  revoked:",
          `    - { name: a, thumbprint: ${"ab".repeat(20)} }`,
          `    - { name: b, thumbprint: ${"AB".repeat(20)} }`,
        ),
      ],
      fleet: [byWay("certificate")],
      errors: [
        'x.azure.yaml:17:15 certificates.roots[1].name: root name "root" is used twice | the first is at x.azure.yaml:16:15',
        `x.azure.yaml:20:30 certificates.revoked[1].thumbprint: thumbprint "${"AB".repeat(20)}" is used twice | the first is at x.azure.yaml:19:30`,
      ],
    },
  ],
};

describe("rules of a tenancy file", () => {
  for (const [name, files] of Object.entries(badFiles)) {
    for (const [index, { edits, fleet, errors }] of files.entries()) {
      it(`${name} ${index + 1}`, () => assert.deepEqual(errorsAfter(edits, fleet), errors));
    }
  }
});

describe("a tenancy file", () => {
  it("is read with its defaults", () => {
    const { tenancy } = parseTenancy(tenancyText, "x.azure.yaml", fleetOf());
    assert.deepEqual(tenancy?.lines["comune/municipio/radio"], { address: "radio.municipio.example" });
    assert.deepEqual(tenancy?.adopt, {});
  });

  it("tells every mistake at once, each with the value and what to write", () => {
    const edits: readonly Edit[] = [
      ["tenant: 0", "tenant: x0"],
      ["desktopService", "desktopservice"],
      ['version: "1.0.0"', "version: 1.0"],
      ["address: 198.51.100.2", "address: not an address"],
      ["lines:\n", "adopt: { hub-network: vnet-hub }\nlines:\n"],
    ];
    assert.deepEqual(errorsAfter(edits), [
      'x.azure.yaml:3:9 tenant: tenant must be an id such as 0a1b2c3d-0000-4000-8000-000000000000, not "x00000000-0000-4000-8000-000000000001"',
      `x.azure.yaml:9:1 desktopservice: unknown key "desktopservice"; the keys of the file are ${Object.keys(tenancySchema.shape).join(", ")} | did you mean "desktopService"?`,
      "x.azure.yaml:13:14 images.win11-avd.version: version must be a text, not 1 | put it in quotes, so that YAML reads a text",
      'x.azure.yaml:14:23 adopt.hub-network: hub-network must be a resource\'s id, /subscriptions/…/resourceGroups/…/providers/…, not "vnet-hub"',
      'x.azure.yaml:18:39 lines.provincia/palazzo/fibre.address: address must be an IPv4 address or a host name, not "not an address"',
    ]);
  });

  it("takes a roll to a canary, or to a part of the hosts, and no other word", () => {
    assert.deepEqual(errorsAfter([nextLine("1.0.1", "canary")]), []);
    assert.deepEqual(errorsAfter([nextLine("1.0.1", "0.25")]), []);
    assert.deepEqual(errorsAfter([nextLine("1.0.1", "all")]), [
      'x.azure.yaml:14:40 images.win11-avd.next.reached: reached must be canary, or a part such as 0.25, up to 1, not "all"',
    ]);
  });

  it("names what is adopted by its id, in whatever case Azure writes it", () => {
    assert.deepEqual(
      errorsAfter([adopt(`network-provincia: ${network(2).replace("virtualNetworks", "virtualnetworks")}`)]),
      [],
    );
  });

  it("takes zones from any subscription, as whoever keeps an office's names has one of their own", () => {
    assert.deepEqual(errorsAfter([adopt(`zone-files: ${zone("privatelink.file.core.windows.net")}`)]), []);
  });

  it("needs no region of the desktops' own where Azure keeps host pools in the fleet's", () => {
    const elsewhere: Edit = ["region: italynorth", "region: westeurope"];
    assert.deepEqual(errorsAfter([["desktopRegion: westeurope\n", ""]], [elsewhere]), []);
    assert.match(tenancyTemplate(fleetOf([elsewhere]), "x.azure.yaml"), /^# desktopRegion: /m);
    assert.match(tenancyTemplate(fleetOf(), "x.azure.yaml"), /^desktopRegion: ""$/m);
  });

  it("needs no region of Grafana's own where Azure has it in the fleet's, and takes one that is not known here", () => {
    const elsewhere: Edit = ["region: italynorth", "region: swedencentral"];
    assert.deepEqual(errorsAfter([["grafanaRegion: francecentral\n", ""]], [elsewhere]), []);
    assert.match(tenancyTemplate(fleetOf([elsewhere]), "x.azure.yaml"), /^# grafanaRegion: /m);
    assert.match(tenancyTemplate(fleetOf(), "x.azure.yaml"), /^grafanaRegion: ""$/m);
    assert.deepEqual(errorsAfter([["grafanaRegion: francecentral", "grafanaRegion: italynorth"]]), []);
  });

  it("holds at most 20 roots and 300 revoked certificates", () => {
    const many = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, n) => line(n));
    const file = (roots: number, revoked: number) =>
      errorsAfter(
        [
          certificates(
            "  roots:",
            ...many(roots, (n) => `    - { name: r${n}, certificate: "${root}" }`),
            "  revoked:",
            ...many(revoked, (n) => `    - { name: p${n}, thumbprint: "${String(n).padStart(40, "0")}" }`),
          ),
        ],
        [byWay("certificate")],
      );
    assert.deepEqual(file(20, 300), []);
    assert.deepEqual(file(21, 301), [
      "x.azure.yaml:15:3 certificates.roots: roots must have at most 20 items, not 21",
      "x.azure.yaml:37:3 certificates.revoked: revoked must have at most 300 items, not 301",
    ]);
  });

  it("has examples that are valid, so that one can stand wherever a wrong value stood", () => {
    assert.deepEqual(tenancySchema.safeParse(standIn(tenancySchema)).error?.issues ?? [], []);
  });
});

describe("loadTenancy", () => {
  const folder = mkdtempSync(join(tmpdir(), "tenancy-"));
  after(() => rmSync(folder, { recursive: true }));

  it("reads the file that stands beside the fleet's", () => {
    copyFileSync(tenancyFile, join(folder, "small.azure.yaml"));
    const tenancy = loadTenancy(join(folder, "small.yaml"), fleetOf());
    assert.equal(tenancy.subscriptions["main"], "00000000-0000-4000-8000-000000000002");
    assert.equal(tenancyPath("fleets/a.b.yml"), "fleets/a.b.azure.yaml");
  });

  it("says where it looked, and how to come by one", () => {
    const nowhere = join(folder, "nowhere");
    assert.throws(
      () => loadTenancy(`${nowhere}.yaml`, fleetOf()),
      (error) => {
        assert.ok(error instanceof FleetFileError);
        assert.deepEqual(told(error.errors), [
          `${nowhere}.azure.yaml:1:1 : cannot read "${nowhere}.azure.yaml": there is no such file | ` +
            "deskbridge check --tenancy-template prints one to fill in",
        ]);
        return true;
      },
    );
  });
});

describe("the template of a tenancy file", () => {
  const fleets: readonly { name: string; fleet: Fleet; empty: number }[] = [
    { name: "small", fleet: fleetOf(), empty: 14 },
    { name: "piemonte", fleet: fleetOf([], referenceText), empty: 21 },
    { name: "by radius", fleet: fleetOf([byWay("radius")]), empty: 15 },
    { name: "by domain", fleet: fleetOf([["join: entra", "join: domain"]]), empty: 17 },
    { name: "by certificate", fleet: fleetOf([byWay("certificate")]), empty: 16 },
  ];
  for (const { name, fleet, empty } of fleets) {
    it(`${name}: has every key; what is empty is all that is told of it`, () => {
      const text = tenancyTemplate(fleet, "x.azure.yaml");
      for (const line of text.split("\n")) assert.ok(line.length <= 120, line);
      const { errors } = parseTenancy(text, "x.azure.yaml", fleet);
      assert.equal(errors.length, empty, told(errors).join("\n"));
      for (const { message, excerpt } of errors) {
        assert.doesNotMatch(message, /unknown|needs|missing/);
        assert.equal(excerpt?.text.slice(excerpt.start, excerpt.start + 2), '""');
      }
    });
  }

  it("is a tenancy file once it is filled in", () => {
    const fleet = fleetOf([byWay("certificate")]);
    const text = tenancyTemplate(fleet, "x.azure.yaml");
    const whole = tenancySchema.parse(parseYaml(tenancyText));
    let nth = 0;
    const id = () => `00000000-0000-4000-8000-${String((nth += 1)).padStart(12, "0")}`;
    const key = `ssh-ed25519 ${"A".repeat(68)}`;
    const filled = text
      .replace(/sshKey: ""/, `sshKey: ${key}`)
      .replace(/name: "", certificate: ""/, () => `name: root, certificate: "${root}"`)
      .replace(/^ {4}id: ""/m, () => `    id: ${whole.images["win11-avd"]?.id}`)
      .replace(/version: ""/, 'version: "1.0.0"')
      .replaceAll('address: ""', "address: 198.51.100.1")
      .replace('desktopRegion: ""', "desktopRegion: westeurope")
      .replace('grafanaRegion: ""', "grafanaRegion: francecentral")
      .replaceAll(/: ""/g, () => `: ${id()}`);
    assert.deepEqual(told(parseTenancy(filled, "x.azure.yaml", fleet).errors), []);
  });
});
