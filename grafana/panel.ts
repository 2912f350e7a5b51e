import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { MappingType, ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  PanelBuilder as HeatmapPanel,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as GraphPanel } from '@grafana/grafana-foundation-sdk/timeseries';
import { DATASOURCE, queries } from './query.ts';

/** What every panel says of itself. */
export interface PanelText {
  readonly title: string;
  /** What it shows, and what to do when it is not as it should be. */
  readonly description: string;
  /** One of Grafana's units. */
  readonly unit: string;
  /** PromQL by legend. */
  readonly series: Readonly<Record<string, string>>;
  /** Columns of 24. */
  readonly width: number;
}

export type AnyPanel = StatPanel | GraphPanel | HeatmapPanel;

/** A row of the dashboard. */
export interface Row {
  readonly title: string;
  readonly panels: readonly AnyPanel[];
}

/** The latest number, large. */
export function stat({ title, description, unit, series, width }: PanelText): StatPanel {
  return new StatPanel()
    .title(title)
    .description(description)
    .unit(unit)
    .datasource(DATASOURCE)
    .targets(queries(series).map((query) => query.instant()))
    .span(width)
    .height(4)
    .thresholds(steps())
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .textMode(BigValueTextMode.Auto);
}

/** The latest number over its course. */
export function trend(text: PanelText): StatPanel {
  return stat(text)
    .targets(queries(text.series).map((query) => query.range()))
    .graphMode(BigValueGraphMode.Area)
    .min(0);
}

/** Lines over time, from 0 up. */
export function graph({ title, description, unit, series, width }: PanelText): GraphPanel {
  return new GraphPanel()
    .title(title)
    .description(description)
    .unit(unit)
    .datasource(DATASOURCE)
    .targets(queries(series).map((query) => query.range()))
    .span(width)
    .height(8)
    .min(0)
    .fillOpacity(10)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
}

/** How many of what size, over time: one series for each bucket of a histogram. */
export function heatmap({ title, description, unit, series, width }: PanelText): HeatmapPanel {
  return new HeatmapPanel()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .targets(queries(series).map((query) => query.range().format(PromQueryFormat.Heatmap)))
    .span(width)
    .height(8)
    .calculate(false)
    .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Oranges').steps(64))
    .yAxis(new YAxisConfigBuilder().unit(unit));
}

/** Green, and red from a value on. Without thresholds Grafana would have its own, red from 80. */
export function redFrom(value: number): ThresholdsConfigBuilder {
  return steps({ color: 'red', value });
}

/** Green, then orange, then red. */
export function orangeThenRed(orange: number, red: number): ThresholdsConfigBuilder {
  return steps({ color: 'orange', value: orange }, { color: 'red', value: red });
}

/** Show the thresholds of a graph as dashed lines. */
export function dashed(): GraphThresholdsStyleConfigBuilder {
  return new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed);
}

/** Words for 1, in green, and 0, in red. */
export function yesOrNo(yes: string, no: string): Parameters<StatPanel['mappings']>[0] {
  return [
    {
      type: MappingType.ValueToText,
      options: { '0': { text: no, color: 'red', index: 0 }, '1': { text: yes, color: 'green', index: 1 } },
    },
  ];
}

/** The colour of one series, for `overrideByName`. */
export function colored(color: string): Parameters<GraphPanel['overrideByName']>[1] {
  return [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }];
}

function steps(...above: { color: string; value: number }[]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([{ color: 'green', value: null }, ...above]);
}
