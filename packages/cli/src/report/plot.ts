/** Vega-Lite to SVG and PNG. Vega is large (0.3 s to load), so it is loaded when the first plot is drawn. */
import { UsageError } from "../output/error.ts";

/** Draws plots, one after another. */
export interface Plotter {
  /** A Vega-Lite or Vega specification as SVG. Errors: CLI-001 for one that cannot be drawn, or that loads from elsewhere. */
  svg(specification: unknown, name: string): Promise<string>;
  /** SVG as PNG, two pixels for each, on white. */
  png(svg: string): Promise<Uint8Array>;
}

/** Loads what drawing needs. */
export async function plotter(): Promise<Plotter> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  // A report shows what the run folder holds; it never reads the network or other files.
  const refuse = (uri: string): Promise<never> =>
    Promise.reject(new Error(`it loads ${uri}; put the data into the plot`));
  const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };
  return {
    async svg(specification, name) {
      try {
        const given = specification as { $schema?: string };
        const isVega = given.$schema?.includes("/vega/") === true;
        const parsed = isVega
          ? given
          : compile(withDefaults(given) as Parameters<typeof compile>[0], { logger: silent }).spec;
        const view = new vega.View(vega.parse(parsed as Parameters<typeof vega.parse>[0]), {
          renderer: "none",
          loader: loader as never,
          logger: silent as never,
        });
        try {
          return prefixIds(await view.toSVG(), name);
        } finally {
          view.finalize();
        }
      } catch (thrown) {
        const message = thrown instanceof Error ? thrown.message : String(thrown);
        throw new UsageError(
          `the plot ${name} cannot be drawn: ${message}`,
          "Try the specification in the Vega editor.",
          name,
        );
      }
    },
    async png(svg) {
      const { Resvg } = await import("@resvg/resvg-js");
      return new Resvg(svg, { fitTo: { mode: "zoom", value: 2 }, background: "white", font: { loadSystemFonts: true } })
        .render()
        .asPng();
    },
  };
}

/** True when text in PNG files will show. */
export async function hasFonts(): Promise<boolean> {
  const { Resvg } = await import("@resvg/resvg-js");
  const drawn = new Resvg(
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text x="2" y="15" font-family="sans-serif" font-size="14">Aa</text></svg>',
    {
      font: { loadSystemFonts: true },
    },
  );
  return drawn.getBBox() !== undefined;
}

/** A readable size and face for plots that say nothing. */
function withDefaults(given: object): object {
  const { config = {} } = given as { config?: object };
  const face = "'DejaVu Sans', Arial, sans-serif";
  return {
    background: "white",
    ...given,
    config: { font: face, view: { continuousWidth: 420, continuousHeight: 260 }, ...config },
  };
}

/** Several drawings share a page, so their inner names must differ. */
function prefixIds(svg: string, name: string): string {
  const prefix = `${name.replace(/[^A-Za-z0-9]+/g, "-")}-`;
  return svg.replace(/(\sid="|url\(#|href="#)/g, `$1${prefix}`);
}

const silent = {
  level: () => silent,
  error: () => silent,
  warn: () => silent,
  info: () => silent,
  debug: () => silent,
};
