import type { Inventory } from "../../src/inventory.ts";

/**
 * What the exporter at a port serves otherwise than it should with these lines cut: layers of lines, collectors of the
 * gateways' daemons, certificates' ends. Empty where all is right.
 */
export async function gatewaysOtherwise(
  port: number,
  inventory: Inventory,
  cut: readonly string[],
): Promise<readonly string[]> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const layers = inventory.links.flatMap(({ id, instance }) =>
    ["config", "sa", "child", "route"].map((layer) => {
      const labels = `gateway="${instance}",link="${id}",vantage="hub",layer="${layer}"`;
      return `${labels}} ${cut.includes(id) && layer !== "config" ? 0 : 1}`;
    }),
  );
  const works = ["openvpn", "strongswan", "bird"].map((name) => `collector_success{collector="${name}"} 1`);
  const ends = inventory.instances.map(({ id }) => `certificate_expiry_timestamp_seconds{gateway="${id}"} `);
  return [...layers, ...works, ...ends].filter((part) => !text.includes(part));
}
