import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  ReduceDataOptionsBuilder,
  TableCellDisplayMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type DataTransformerConfig,
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  QueryVariableBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  PanelBuilder as HeatmapBuilder,
  YAxisConfigBuilder,
} from "@grafana/grafana-foundation-sdk/heatmap";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as NumberBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as StatesBuilder } from "@grafana/grafana-foundation-sdk/statetimeline";
import { PanelBuilder as LinesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { PanelBuilder as TableBuilder } from "@grafana/grafana-foundation-sdk/table";
import { select } from "../../src/metrics.ts";
import { choices, type DashboardSpec, type Lead, type PanelSpec, type QuerySpec, variables } from "./spec.ts";

/** By this tag the dashboards find each other. */
const tag = "deskbridge";
/** Told apart by whoever does not tell red from green, too; states are written out beside. */
const colours = { good: "blue", bad: "red" } as const;
const datasource = { type: "prometheus", uid: `\${${variables.datasource}}` } as const;

/** As Grafana takes it; `runbook` is where runbook.md is read. The same data gives the same dashboard. */
export function buildDashboard(
  { uid, title, description, choices: chooses = [], panels }: DashboardSpec,
  runbook: string,
): Dashboard {
  const dashboard = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([tag])
    // What is changed in Grafana is gone at the next `up`: whoever wants another saves a copy.
    .readonly()
    .timezone("browser")
    .time({ from: "now-6h", to: "now" })
    .refresh("1m")
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder("Deskbridge")
        .type(DashboardLinkType.Dashboards)
        .tags([tag])
        .includeVars(true)
        .keepTime(true),
    )
    .withVariable(new DatasourceVariableBuilder(variables.datasource).label("Metrics").type("prometheus"))
    .withVariable(choice(variables.body, `label_values(${select("inventory_targets")}, body)`));
  for (const name of chooses) dashboard.withVariable(choice(name, choices[name]));
  for (const annotation of annotations) dashboard.annotation(annotation);
  for (const panel of panels) dashboard.withPanel(kinds[panel.kind](panel, runbook));
  return dashboard.build();
}

/** One or more of what a query lists, or all. */
function choice(name: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(`${name[0]?.toUpperCase()}${name.slice(1)}`)
    .datasource(datasource)
    .query({ query, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue(".*")
    .current({ text: ["All"], value: ["$__all"] });
}

/** What happened meanwhile, as marks over every panel. */
const annotations: readonly AnnotationQueryBuilder[] = [
  new AnnotationQueryBuilder()
    .name("Pages")
    .datasource(datasource)
    .enable(true)
    .iconColor("orange")
    .expr('max by (alertname, body, site, link, gateway, pool) (ALERTS{alertstate="firing",severity="page"})')
    .titleFormat("{{alertname}}")
    .textFormat("{{body}} {{site}} {{link}} {{gateway}} {{pool}}")
    .step("15s"),
  new AnnotationQueryBuilder()
    .name("Changes of the fleet")
    .datasource(datasource)
    .enable(true)
    .iconColor("purple")
    // Grafana takes the value as the time, in milliseconds.
    .expr(`max by (stack) (${select("stack_updated_timestamp_seconds")}) * 1000`)
    .useValueForTime(true)
    .titleFormat("{{stack}} was updated")
    .step("60s"),
  new AnnotationQueryBuilder()
    .name("Roll-outs")
    .datasource(datasource)
    .enable(true)
    .iconColor("green")
    .expr(`max by (run) (${select("rollout_start_timestamp_seconds")}) * 1000`)
    .useValueForTime(true)
    .titleFormat("Roll-out {{run}} began")
    .step("60s"),
];

type Panel = NumberBuilder | LinesBuilder | StatesBuilder | HeatmapBuilder | TableBuilder;

const kinds: Readonly<Record<PanelSpec["kind"], (panel: PanelSpec, runbook: string) => Panel>> = {
  number: (panel, runbook) =>
    filled(new NumberBuilder(), panel, runbook)
      .height(4)
      .colorMode(panel.bad === undefined ? BigValueColorMode.None : BigValueColorMode.Value)
      .graphMode(BigValueGraphMode.Area)
      .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"])),
  lines: (panel, runbook) =>
    filled(new LinesBuilder(), panel, runbook)
      .height(8)
      .min(0)
      .legend(new VizLegendOptionsBuilder().showLegend(true))
      .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
      .thresholdsStyle(
        new GraphThresholdsStyleConfigBuilder().mode(
          panel.bad === undefined ? GraphThresholdsStyleMode.Off : GraphThresholdsStyleMode.Dashed,
        ),
      ),
  states: (panel, runbook) =>
    filled(new StatesBuilder(), panel, runbook)
      .height(8)
      .mappings([downOrUp])
      .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
      .showValue(VisibilityMode.Auto)
      .legend(new VizLegendOptionsBuilder().showLegend(false)),
  heatmap: (panel, runbook) =>
    filled(new HeatmapBuilder(), panel, runbook)
      .height(8)
      .calculate(false)
      .yAxis(new YAxisConfigBuilder().unit(panel.unit))
      .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme("Blues").steps(32)),
  table: (panel, runbook) =>
    coloured(filled(new TableBuilder(), panel, runbook), panel)
      .height(8)
      .filterable(true)
      .transformations(asTable(panel)),
};

/** Cells of the columns that may be bad, each by the column's own threshold. */
function coloured(table: TableBuilder, { queries }: PanelSpec): TableBuilder {
  for (const { legend, bad } of queries) {
    if (bad === undefined) continue;
    table.overrideByName(legend, [
      { id: "thresholds", value: badFrom(bad).build() },
      { id: "color", value: { mode: FieldColorModeId.Thresholds } },
      { id: "custom.cellOptions", value: { type: TableCellDisplayMode.ColorText } },
    ]);
  }
  return table;
}

/** A row a set of labels, with a column a query, named by its legend. */
function asTable({ queries }: PanelSpec): DataTransformerConfig[] {
  const columns = queries.map(({ legend }, nth) => [queries.length === 1 ? "Value" : `Value #${refId(nth)}`, legend]);
  return [
    { id: "merge", options: {} },
    { id: "organize", options: { excludeByName: { Time: true }, renameByName: Object.fromEntries(columns) } },
  ];
}

function refId(nth: number): string {
  return String.fromCodePoint("A".codePointAt(0)! + nth);
}

/** What panels of every kind have. */
function filled<Builder extends Panel>(
  builder: Builder,
  { id, title, description, kind, unit, width, queries, bad, alert, leads }: PanelSpec,
  runbook: string,
): Builder {
  builder.id(id).title(title).description(description).datasource(datasource).unit(unit).span(width);
  builder.noValue("no data");
  for (const [nth, query] of queries.entries()) builder.withTarget(target(query, nth, kind));
  if (leads !== undefined) builder.dataLinks([leadLink(leads, kind)]);
  if (bad !== undefined) builder.thresholds(badFrom(bad));
  if (alert !== undefined) builder.links([runbookLink(alert, runbook)]);
  return builder;
}

function target({ expr, legend }: QuerySpec, nth: number, kind: PanelSpec["kind"]): DataqueryBuilder {
  const query = new DataqueryBuilder().datasource(datasource).refId(refId(nth)).expr(expr).legendFormat(legend);
  if (kind === "table") return query.instant().format(PromQueryFormat.Table);
  return kind === "heatmap" ? query.range().format(PromQueryFormat.Heatmap) : query.range();
}

/** The other dashboard's address, with the same source and time. */
function leadLink({ to, by }: Lead, kind: PanelSpec["kind"]): DashboardLinkBuilder {
  const label = (name: string): string =>
    kind === "table" ? `\${__data.fields.${name}}` : `\${__field.labels.${name}}`;
  const chosen = by.map((name) => `var-${name}=${label(name)}`);
  const kept = [`\${${variables.datasource}:queryparam}`, "${__url_time_range}"];
  return new DashboardLinkBuilder(`More of this ${by.at(-1)}`).url(`/d/${to}?${[...chosen, ...kept].join("&")}`);
}

function badFrom(value: number): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
    { value: null, color: colours.good },
    { value, color: colours.bad },
  ]);
}

function runbookLink(alert: string, runbook: string): DashboardLinkBuilder {
  return new DashboardLinkBuilder(`Runbook: ${alert}`)
    .type(DashboardLinkType.Link)
    .url(`${runbook}#${alert.toLowerCase()}`)
    .targetBlank(true);
}

const downOrUp: ValueMapping = {
  type: MappingType.ValueToText,
  options: {
    0: { text: "down", color: colours.bad, index: 0 },
    1: { text: "up", color: colours.good, index: 1 },
  },
};
