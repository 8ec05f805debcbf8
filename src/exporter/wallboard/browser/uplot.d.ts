/** The exporter serves uPlot beside our own scripts, under this name. */
export { default } from "uplot";
