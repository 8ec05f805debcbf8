import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hubWorld, recordHub } from "./hub-context.ts";

describe("a hub beside what exists", () => {
  it("with a network build into it, wherever it is called, and declare none", async () => {
    const group = "/subscriptions/00000001-0000-0000-0000-000000000001/resourceGroups/rg-network";
    const id = `${group}/providers/Microsoft.Network/virtualNetworks/vnet-office`;
    const hub = await recordHub(hubWorld(undefined, { adopt: { "hub-network": id } }));
    assert.deepEqual(hub.ofType("VirtualNetwork"), []);
    for (const { inputs, name } of hub.ofType("Subnet")) {
      assert.deepEqual(
        [inputs["resourceGroupName"], inputs["virtualNetworkName"]],
        ["rg-network", "vnet-office"],
        name,
      );
    }
    const told = hub.resources.filter(({ inputs }) => JSON.stringify(inputs).includes("vnet-piemonte-hub/"));
    assert.deepEqual(
      told.map(({ name }) => name),
      [],
    );
    assert.match(JSON.stringify(hub.get("vpn-gateway").inputs), /vnet-office\/subnets\/GatewaySubnet/);
  });

  const elsewhere = "/subscriptions/00000009-0000-0000-0000-000000000009/resourceGroups/rg-dns/providers";
  const zoneOf = (name: string): string => `${elsewhere}/Microsoft.Network/privateDnsZones/${name}`;
  const zones = {
    "zone-desktops": zoneOf("privatelink.wvd.microsoft.com"),
    "zone-feed": zoneOf("privatelink-global.wvd.microsoft.com"),
    "zone-files": zoneOf("privatelink.file.core.windows.net"),
    "zone-vaults": zoneOf("privatelink.vaultcore.azure.net"),
  };
  const office = "/subscriptions/00000001-0000-0000-0000-000000000001/resourceGroups/rg-network/providers";

  it("with zones that are linked to a hub which is there declare no zone and no link, and tell names to theirs", async () => {
    const network = `${office}/Microsoft.Network/virtualNetworks/vnet-office`;
    const hub = await recordHub(hubWorld(undefined, { adopt: { "hub-network": network, ...zones } }));
    assert.deepEqual(hub.ofType("privatedns:PrivateZone"), []);
    assert.deepEqual(hub.ofType("privatedns:VirtualNetworkLink"), []);
    const told = ["vault-endpoint-names", "global-endpoint-names"].map((name) => {
      const [config] = hub.get(name).inputs["privateDnsZoneConfigs"] as { readonly privateDnsZoneId: string }[];
      return config?.privateDnsZoneId;
    });
    assert.deepEqual(told, [zones["zone-vaults"], zones["zone-feed"]]);
  });

  it("with zones and a hub of its own link the hub to them, where they are", async () => {
    const hub = await recordHub(hubWorld(undefined, { adopt: zones }));
    assert.deepEqual(hub.ofType("privatedns:PrivateZone"), []);
    const links = hub.ofType("privatedns:VirtualNetworkLink");
    assert.deepEqual(
      links.map(({ inputs }) => [inputs["resourceGroupName"], inputs["privateZoneName"]]),
      Object.values(zones).map((id) => ["rg-dns", id.split("/").at(-1)]),
    );
    assert.deepEqual(
      new Set(links.map(({ subscription }) => subscription)),
      new Set(["00000009-0000-0000-0000-000000000009"]),
    );
  });

  it("with a global feed leave its one endpoint, and its names, to their owner", async () => {
    const id = `${office}/Microsoft.DesktopVirtualization/workspaces/ws`;
    const hub = await recordHub(hubWorld(undefined, { adopt: { "global-feed": id } }));
    assert.deepEqual(hub.ofType("desktopvirtualization:Workspace"), []);
    const names = hub.resources.map(({ name }) => name);
    assert.ok(!names.includes("global-endpoint"));
    assert.ok(!names.includes("resolver-desktopsGlobal"), "an empty zone would hide the names of theirs");
    const both = await recordHub(
      hubWorld(undefined, { adopt: { "global-feed": id, "zone-feed": zones["zone-feed"] } }),
    );
    assert.equal(both.get("resolver-desktopsGlobal-link").inputs["resourceGroupName"], "rg-dns");
  });
});
