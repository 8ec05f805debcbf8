/** The versions that Microsoft's own packages of the same shapes speak (`@azure/arm-*` on npm, models/parameters). */
export const apiVersions = {
  /** @azure/arm-desktopvirtualization 1.2.0 */
  desktopVirtualization: "2024-04-03",
  /** @azure/arm-compute 23.3.0 */
  compute: "2025-04-01",
  /** @azure/arm-network 36.0.0 */
  network: "2025-05-01",
  /** @azure/arm-resources 6.1.0: tags at a scope */
  resources: "2025-03-01",
  /** Azure/azure-rest-api-specs, specification/monitor/data-plane/Microsoft.Insights/stable/2024-02-01 */
  metrics: "2024-02-01",
} as const;
