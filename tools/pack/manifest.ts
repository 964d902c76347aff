/**
 * The package.json of the npm package.
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };
import type { PackageEntry } from "./entries.ts";

/** What the page of the package says it is. */
const DESCRIPTION =
  "Smart bike hardware and any ApiGear object, as typed objects over MQTT";

/**
 * Writes the manifest.
 *
 * @param entries The sub-paths.
 * @param packages Names of the packages that the files import.
 * @returns JSON text.
 */
export function packageManifest(
  entries: readonly PackageEntry[],
  packages: readonly string[],
): string {
  const { name, version, license } = config;
  const manifest = {
    name,
    version,
    description: DESCRIPTION,
    keywords: ["apigear", "mqtt", "mqtt5", "rpc", "bike", "ftms", "gatt"],
    license,
    type: "module",
    sideEffects: false,
    engines: { node: ">=22" },
    exports: {
      ...Object.fromEntries(entries.map(exportOf)),
      "./package.json": "./package.json",
    },
    files: ["dist", "CHANGELOG.md"],
    dependencies: Object.fromEntries(
      packages.toSorted().map((one) => [one, `^${versionOf(one)}`]),
    ),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function exportOf({ subPath, source }: PackageEntry) {
  const stem = `./dist/${source.replace(/\.ts$/, "")}`;
  return [subPath, { types: `${stem}.d.ts`, default: `${stem}.js` }];
}

/** The version that deno.json pins. */
function versionOf(name: string): string {
  const imports: Readonly<Record<string, string>> = config.imports;
  const specifier = imports[name];
  const version = specifier?.match(/^npm:.+@([^@/]+)$/)?.[1];
  if (version !== undefined) return version;
  throw new TypeError(`Cannot depend on "${name}": deno.json pins no version`);
}
