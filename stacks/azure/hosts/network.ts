import { VirtualMachine } from "@pulumi/azure-native/compute/virtualMachine.js";
import { VirtualMachineExtension } from "@pulumi/azure-native/compute/virtualMachineExtension.js";
import { DataCollectionRuleAssociation } from "@pulumi/azure-native/monitor/dataCollectionRuleAssociation.js";
import { NetworkInterface } from "@pulumi/azure-native/network/networkInterface.js";
import { Subnet } from "@pulumi/azure-native/network/subnet.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { hostsOfNetwork } from "../../../src/plan/names.ts";
import type { HostPlan } from "../../../src/plan/types.ts";
import { declareGrant } from "../body/roles.ts";
import { bodyNetworkId, hostsGroupId, inBody, networkPlace } from "../known.ts";
import { associationArgs, extensionsOf, type HostExtensions } from "./extensions.ts";
import { type HostsShape, machineArgs, networkCardArgs } from "./machine.ts";
import { hostPassword } from "./password.ts";

/** Secrets of a slice of hosts. */
export interface HostSecrets {
  /** From which local administrators' passwords are made. */
  readonly hostSecret: pulumi.Output<string>;
  readonly registration: Registration;
  /** Of the user who joins hosts to the domain; undefined for Entra ID. */
  readonly domainPassword: pulumi.Output<string> | undefined;
}

/**
 * By what hosts register in their host pool: its token, which lives for weeks and is asked for when it is used; or,
 * while it has none, what refuses each host that is to be made.
 */
export type Registration = { readonly token: pulumi.Output<string> } | { readonly refusal: pulumi.ResourceHook };

export function subnetArgs({ context, body, pool, network }: HostsShape) {
  const { names } = context;
  return {
    ...networkPlace(bodyNetworkId(context, body)),
    subnetName: names.hostsSubnet(pool, network),
    addressPrefix: pool.networks[network] ?? "",
    defaultOutboundAccess: false,
    networkSecurityGroup: {
      id: inBody(context, body, "Microsoft.Network/networkSecurityGroups", names.hostsSecurityGroup(body)),
    },
    natGateway: { id: inBody(context, body, "Microsoft.Network/natGateways", names.natGateway(body)) },
  };
}

/**
 * A host joins and registers once: a password that changes or a token that is renewed later concerns only hosts that are
 * made later. Where it failed, deskbridge up marks the extension, and it is made anew with what is good then.
 */
const setUpOnce = { ignoreChanges: ["protectedSettings"] };

/**
 * The hosts of one network. A host is six resources: card, machine, join, agent, monitoring, and the association with
 * the rule for its figures. There is no component a host, which would be a seventh.
 */
export class HostNetwork extends pulumi.ComponentResource {
  readonly #shape: HostsShape;
  readonly #secrets: HostSecrets;
  readonly #extensions: HostExtensions;

  constructor(shape: HostsShape, secrets: HostSecrets, opts: pulumi.ComponentResourceOptions) {
    super("deskbridge:azure:HostNetwork", "hosts", {}, opts);
    this.#shape = shape;
    this.#secrets = secrets;
    this.#extensions = extensionsOf(shape);
    const { context, body, pool, network, resourceGroupName } = shape;
    const { cloud, tags } = context;
    const child = { parent: this };
    const group = new ResourceGroup("hosts-group", { resourceGroupName, location: cloud.region, tags }, child);
    const subnet = new Subnet("hosts-subnet", subnetArgs(shape), child);
    if (body.group !== undefined && cloud.join === "entra") {
      const input = {
        subscription: shape.subscriptionId,
        scope: hostsGroupId(context, body, pool, network),
        role: "Virtual Machine User Login",
        group: context.group(body.group),
      } as const;
      declareGrant("hosts-people", input, { ...child, dependsOn: [group] });
    }
    for (const host of hostsOfNetwork(pool, network)) this.#host(host, [group, subnet]);
    this.registerOutputs({ groupId: group.id });
  }

  #host(host: HostPlan, dependsOn: pulumi.Resource[]): void {
    const shape = this.#shape;
    const { domainPassword, registration } = this.#secrets;
    const made = "refusal" in registration ? { hooks: { beforeCreate: [registration.refusal] } } : {};
    const card = new NetworkInterface(`${host.name}-card`, networkCardArgs(shape, host), {
      parent: this,
      dependsOn,
      ...made,
    });
    const machine = this.#machine(host, card);
    // By the machine's own outputs, not by its name: when it is replaced, Azure has dropped what hung on it, and the
    // engine replaces only what depends on it by a property.
    const vmName = machine.name;
    const { join, agent, monitoring } = this.#extensions;
    const joined = new VirtualMachineExtension(
      `${host.name}-join`,
      {
        ...join,
        vmName,
        ...(domainPassword === undefined ? {} : { protectedSettings: { Password: domainPassword } }),
      },
      { parent: this, dependsOn: [machine], ...setUpOnce },
    );
    const registered = new VirtualMachineExtension(
      `${host.name}-agent`,
      {
        ...agent,
        vmName,
        ...("token" in registration
          ? { protectedSettings: { Items: { RegistrationInfoToken: registration.token } } }
          : {}),
      },
      { parent: this, dependsOn: [joined], ...setUpOnce, ...made },
    );
    new VirtualMachineExtension(
      `${host.name}-monitoring`,
      { ...monitoring, vmName },
      { parent: this, dependsOn: [registered] },
    );
    new DataCollectionRuleAssociation(
      `${host.name}-figures`,
      { ...associationArgs(shape.context), resourceUri: machine.id },
      { parent: this, dependsOn: [machine] },
    );
  }

  /**
   * A personal desk keeps the image that it was made from. A pooled host whose image changes is made anew, at its own
   * name and address, so the old one goes first.
   */
  #machine(host: HostPlan, card: NetworkInterface): VirtualMachine {
    const args = machineArgs(this.#shape, host);
    const adminPassword = this.#secrets.hostSecret.apply((secret) => hostPassword(secret, host.name));
    const image = "storageProfile.imageReference";
    const pooled = this.#shape.pool.kind === "pooled";
    return new VirtualMachine(
      host.name,
      { ...args, osProfile: { ...args.osProfile, adminPassword } },
      {
        parent: this,
        dependsOn: [card],
        ignoreChanges: ["osProfile.adminPassword", ...(pooled ? [] : [image])],
        replaceOnChanges: pooled ? [image] : [],
      },
    );
  }
}
