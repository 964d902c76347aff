/**
 * The imports of a generated file.
 *
 * @module
 */
import { type Layout, list, stack } from "./layout.ts";

/** One imported name. */
interface ImportedName {
  readonly name: string;
  readonly local: string;
  isType: boolean;
}

/** Collects what a file imports while it is written. */
export class ImportList {
  readonly #bySpecifier = new Map<string, Map<string, ImportedName>>();

  /**
   * Imports a name.
   *
   * @param use What it is called here, and whether it is used as a type only.
   * @returns What it is called here.
   */
  add(
    specifier: string,
    name: string,
    use: { readonly local?: string; readonly isType: boolean },
  ): string {
    const { local = name, isType } = use;
    const names = this.#bySpecifier.get(specifier) ?? new Map();
    this.#bySpecifier.set(specifier, names);
    const known = names.get(name);
    if (known) known.isType &&= isType;
    else names.set(name, { name, local, isType });
    return local;
  }

  /**
   * Writes all imports, sorted as `deno fmt` sorts them.
   *
   * @returns One statement for each file.
   */
  layout(): Layout {
    const statements = [...this.#bySpecifier]
      .toSorted(([a], [b]) => compareSpecifiers(a, b))
      .map(([specifier, names]) => statement(specifier, [...names.values()]));
    return stack(statements);
  }
}

function statement(specifier: string, names: readonly ImportedName[]): Layout {
  const onlyTypes = names.every(({ isType }) => isType);
  const items = names
    .toSorted((a, b) => compareText(a.name, b.name))
    .map(({ name, local, isType }) =>
      (isType && !onlyTypes ? "type " : "") +
      (name === local ? name : `${name} as ${local}`)
    );
  return list(
    `import ${onlyTypes ? "type " : ""}{`,
    items,
    `} from ${JSON.stringify(specifier)};`,
    { padding: " " },
  );
}

/** Other files before relative ones, and `../` before `./`. */
function compareSpecifiers(a: string, b: string): number {
  return distance(a) - distance(b) || compareText(a, b);
}

function distance(specifier: string): number {
  if (!/^\.\.?\//.test(specifier)) return -Infinity;
  return -specifier.split("../").length;
}

/** The order of `deno fmt`: case counts only where nothing else differs. */
function compareText(a: string, b: string): number {
  const [lowerA, lowerB] = [a.toLowerCase(), b.toLowerCase()];
  if (lowerA !== lowerB) return lowerA < lowerB ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
