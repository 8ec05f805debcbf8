import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  ReduceDataOptionsBuilder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
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
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as NumberBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as StatesBuilder } from "@grafana/grafana-foundation-sdk/statetimeline";
import { PanelBuilder as LinesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { select } from "../../src/metrics.ts";
import { type DashboardSpec, type PanelSpec, type QuerySpec, variables } from "./spec.ts";

/** By this tag the dashboards find each other. */
const tag = "deskbridge";
/** Told apart by whoever does not tell red from green, too; states are written out beside. */
const colours = { good: "blue", bad: "red" } as const;
const datasource = { type: "prometheus", uid: `\${${variables.datasource}}` } as const;

/** As Grafana takes it; `runbook` is where runbook.md is read. The same data gives the same dashboard. */
export function buildDashboard({ uid, title, description, panels }: DashboardSpec, runbook: string): Dashboard {
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
    .withVariable(
      new QueryVariableBuilder(variables.body)
        .label("Body")
        .datasource(datasource)
        .query({ query: `label_values(${select("inventory_targets")}, body)`, refId: "body" })
        .refresh(VariableRefresh.OnDashboardLoad)
        .sort(VariableSort.AlphabeticalAsc)
        .multi(true)
        .includeAll(true)
        .allValue(".*")
        .current({ text: ["All"], value: ["$__all"] }),
    );
  for (const panel of panels) dashboard.withPanel(kinds[panel.kind](panel, runbook));
  return dashboard.build();
}

type Panel = NumberBuilder | LinesBuilder | StatesBuilder;

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
};

/** What panels of every kind have. */
function filled<Builder extends Panel>(
  builder: Builder,
  { id, title, description, unit, width, queries, bad, alert }: PanelSpec,
  runbook: string,
): Builder {
  builder.id(id).title(title).description(description).datasource(datasource).unit(unit).span(width);
  builder.noValue("no data");
  for (const [nth, query] of queries.entries()) builder.withTarget(target(query, nth));
  if (bad !== undefined) builder.thresholds(badFrom(bad));
  if (alert !== undefined) builder.links([runbookLink(alert, runbook)]);
  return builder;
}

function target({ expr, legend }: QuerySpec, nth: number): DataqueryBuilder {
  return new DataqueryBuilder()
    .datasource(datasource)
    .refId(String.fromCodePoint("A".codePointAt(0)! + nth))
    .expr(expr)
    .legendFormat(legend)
    .range();
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
